import { useSettings } from '../../bridge/queries'
import { DEFAULT_THRESHOLDS } from '../../ui/Bullet'

/** The shares of a limit at which it is told; 75 % and 90 % until the settings were read. */
export function useThresholds(): { warning: number; critical: number } {
  return useSettings().data?.thresholds ?? DEFAULT_THRESHOLDS
}
