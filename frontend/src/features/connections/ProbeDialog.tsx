import { Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useShallow } from 'zustand/react/shallow'
import { useBridge } from '../../bridge/context'
import { toBridgeError } from '../../bridge/errors'
import type { ProbeCheck } from '../../bridge/types'
import { useLive } from '../../live/store'
import { SmallButton } from '../../ui/controls'
import { EmptyMessage, Skeleton } from '../../ui/Panel'
import { type Condition, Shape } from '../../ui/Shape'
import { linkShape, linkWord } from './labels'
import css from './probe.module.css'

/** The ring of what is well is for what was seen to be well alone. */
const SHAPES = {
  ok: 'ok',
  info: 'unsure',
  warning: 'warning',
  critical: 'critical',
  skipped: 'stale',
} as const
const WORDS = {
  ok: 'fine',
  info: 'worth knowing',
  warning: 'warning',
  critical: 'does not work',
  skipped: 'not looked at',
} as const

/** Looks at a gateway once, hub by hub, and sends a real notification: the last step of connecting one. */
export function ProbeDialog({ id, label, onClose }: { id: string; label: string; onClose: () => void }) {
  const bridge = useBridge()
  const probe = useQuery({
    queryKey: ['probe', id],
    queryFn: () => bridge.Gateways.Probe(id),
    gcTime: 0,
    retry: false,
  })
  return (
    <Modal opened onClose={onClose} title={`Test ${label}`} size="lg">
      <div className={css.parts}>
        {probe.data && !probe.isFetching ? (
          <Checks checks={probe.data} />
        ) : probe.error ? (
          <EmptyMessage title="It could not be tested.">{toBridgeError(probe.error).message}</EmptyMessage>
        ) : (
          <>
            <p className="dim">
              Looking at the address, the keys, each hub and each list. It takes some seconds.
            </p>
            <Skeleton lines={6} />
          </>
        )}
        <Hubs gateway={id} />
        <TestNotification />
        <div className={css.buttons}>
          <SmallButton onClick={() => void probe.refetch()}>Test again</SmallButton>
          <SmallButton onClick={onClose}>Done</SmallButton>
        </div>
      </div>
    </Modal>
  )
}

function Checks({ checks }: { checks: readonly ProbeCheck[] }) {
  const sections = [...new Set(checks.map((check) => check.section))]
  return (
    <div className={css.checks}>
      {sections.map((section) => (
        <section key={section} aria-label={section}>
          <h3>{section}</h3>
          <ul>
            {checks
              .filter((check) => check.section === section)
              .map((check) => (
                <li key={check.title}>
                  <Shape
                    of={SHAPES[check.result as keyof typeof SHAPES] ?? 'unsure'}
                    label={WORDS[check.result as keyof typeof WORDS] ?? check.result}
                  />
                  <b>{check.title}</b>
                  <span>
                    <bdi>{check.text}</bdi>
                    {check.do ? <bdi className={css.remedy}> {check.do}</bdi> : null}
                  </span>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  )
}

/** Each hub as it is connected by now. */
function Hubs({ gateway }: { gateway: string }) {
  const links = useLive(
    useShallow((live) =>
      Object.values(live.links)
        .filter((link) => link.gateway === gateway)
        .map((link) => `${link.hub} (${link.plane})\n${linkWord(link)}\n${linkShape(link)}\n${link.cause}`)
        .sort(),
    ),
  )
  return (
    <section aria-label="Hubs" className={css.checks}>
      <h3>Hubs</h3>
      <ul>
        {[...new Set(links)].map((line) => {
          const [hub = '', word = '', shape = '', cause = ''] = line.split('\n')
          return (
            <li key={line}>
              <Shape of={shape as Condition} label="" />
              <b>{hub}</b>
              <span>
                {word} <bdi className="dim">{cause}</bdi>
              </span>
            </li>
          )
        })}
      </ul>
    </section>
  )
}

/** Sends one notification as an alert would, and says what became of it. */
function TestNotification() {
  const bridge = useBridge()
  const [said, setSaid] = useState('')
  const send = async () => {
    try {
      const sent = await bridge.Settings.TestNotification('info')
      setSaid(sent.delivered ? 'Sent. If you saw nothing, the system hides it.' : `Not sent: ${sent.message}`)
    } catch (thrown) {
      setSaid(toBridgeError(thrown).message)
    }
  }
  return (
    <p className={css.buttons}>
      <SmallButton onClick={() => void send()}>Send a test notification</SmallButton>
      <span role="status" className="dim">
        {said}
      </span>
    </p>
  )
}
