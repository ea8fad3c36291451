/** What events can be narrowed to. */
export type Category = 'all' | 'spend' | 'providers' | 'tasks' | 'changes' | 'connections' | 'unrecognised'

/** What a reader calls a sort of event, and the kinds that are meant. */
export const CATEGORIES: Record<Category, readonly [label: string, kinds: readonly string[]]> = {
  all: ['All', []],
  spend: [
    'Spend',
    ['spend.recorded', 'spend.limit_reported', 'key.read', 'group.read', 'group.credited', 'group.debited'],
  ],
  providers: [
    'Providers',
    [
      'provider.health_changed',
      'credential.rejected',
      'credential.accepted',
      'models.discovered',
      'models.retired',
      'model.changed',
      'traffic.measured',
      'audit.measured',
      'models.read',
      'log.read',
      'books.read',
      'books.checked',
      'books.anew',
    ],
  ],
  tasks: ['Tasks', ['task.progressed']],
  changes: [
    'Changes',
    [
      'navigation.changed',
      'navigation.counted',
      'key.changed',
      'configuration.changed',
      'change.compared',
      'list.read',
    ],
  ],
  connections: [
    'Connections',
    [
      'link.changed',
      'link.measured',
      'link.resynchronised',
      'link.backlog_dropped',
      'heartbeat',
      'reply',
      'gateway.alert',
      'gateway.part_reported',
      'webhook.reported',
      'read.advised',
      'asked',
      'coverage.found',
      'key.watched',
      'link.reset',
    ],
  ],
  unrecognised: ['Unrecognised', ['unrecognised']],
}
