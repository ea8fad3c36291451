/** The parts of the page by their titles, and by what else somebody may call what is in them. */
export const SECTIONS: readonly (readonly [title: string, words: readonly string[]])[] = [
  ['Budgets', ['thresholds', 'warning', 'critical', 'limits']],
  ['Notifications', ['sound', 'privacy', 'test', 'repeat', 'how many']],
  ['Quiet hours', ['night', 'weekend', 'do not disturb']],
  ['Updates', ['version', 'newer']],
  ['Export and import', ['backup', 'file', 'other computer']],
  ['Window', ['theme', 'dark', 'light', 'appearance', 'tray', 'start at login', 'start hidden']],
  ['Network', ['proxy', 'certificate', 'transport', 'reconnect']],
  ['History', ['wipe', 'delete', 'retention', 'size']],
  ['Keys', ['keychain', 'passphrase', 'secrets']],
  ['About', ['version', 'log file', 'licences', 'data folder']],
  ['Alert rules', ['rule', 'alerts', 'severity']],
]
