/** Loads the dialogs that ask where keys are kept, and for the passphrase. */
export const loadKeyDialogs = () => import('./KeyDialogs')
