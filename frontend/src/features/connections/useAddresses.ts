import type { GetInputPropsReturnType } from '@mantine/form'
import { type FocusEvent, useState } from 'react'
import { completeAddress } from './address'

type Name = 'coreUrl' | 'adminUrl'
type Addresses = Record<Name, string>

/**
 * The fields of a form for the two addresses. What was left out of one is shown
 * as soon as it is left; finished are the addresses as they were left last, and
 * not one that is being typed.
 */
export function useAddresses(
  values: Addresses,
  field: (name: Name) => GetInputPropsReturnType,
  set: (name: Name, whole: string) => void,
) {
  const [finished, setFinished] = useState<Addresses>({ coreUrl: values.coreUrl, adminUrl: values.adminUrl })
  const address = (name: Name) => {
    const given = field(name)
    return {
      ...given,
      onBlur: (event: FocusEvent<HTMLElement>) => {
        const whole = completeAddress(values[name])
        set(name, whole)
        // A button that is being pressed would go from under the pointer.
        if (!isButton(event.relatedTarget)) setFinished((before) => ({ ...before, [name]: whole }))
        given.onBlur(event)
      },
    }
  }
  return {
    address,
    finished,
    /** Takes all that is typed as finished: it was sent. */
    finish: () => setFinished({ coreUrl: values.coreUrl, adminUrl: values.adminUrl }),
  }
}

function isButton(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button') !== null
}
