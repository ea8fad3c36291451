/** What other features may use of the changes. Its page is loaded by app/pages.ts. */
export { changeWords } from './labels'
