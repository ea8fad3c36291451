const NO_DIALOG_TEST = 'the test of keys without a keychain goes through the dialog, and not by this'

/**
 * Controls that no test operates yet, each with the reason. What is operated
 * must not be listed, so the list only gets shorter; what is neither fails.
 */
export const NOT_YET_OPERATED: ReadonlyMap<string, string> = new Map<string, string>([
  ['dialog Change the passphrase › button Cancel', NO_DIALOG_TEST],
  ['dialog Change the passphrase › button Toggle password visibility', NO_DIALOG_TEST],
  ['dialog Unlock the file of keys › button Toggle password visibility', NO_DIALOG_TEST],
])
