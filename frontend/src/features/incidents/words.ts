/** What stands where the history has not answered yet, or cannot. */
export function readingWords(error: Error | null): string {
  return error ? `The history cannot be read: ${error.message}` : 'The history is being read.'
}
