import { useForecast } from '../../bridge/queries'
import { useLive } from '../../live/store'
import { shows } from '../../ui/Fact'
import { DetailSection } from '../../ui/SidePanel'
import { ForecastChart } from './ForecastChart'
import { forecastId } from './forecast'
import css from './forecast.module.css'

/** How long a budget lasts, what that rests on, and how it comes about. */
export function ForecastSection({
  kind,
  id,
  title = 'How long it lasts',
}: {
  kind: 'key' | 'group'
  id: string
  title?: string
}) {
  const name = forecastId(kind, id)
  const forecast = useLive((live) => live.forecasts[name])
  const view = useForecast(name, forecast?.at ?? 0)
  if (!forecast) return null
  return (
    <DetailSection title={title}>
      <p className={css.head} {...shows('forecast.head', name)}>
        {forecast.head}
      </p>
      {view.data && view.data.past.length + view.data.ahead.length > 2 ? (
        <ForecastChart of={view.data} words={forecast.head} />
      ) : null}
      {view.isError ? <p className="dim">The history cannot be read: {view.error.message}</p> : null}
      {forecast.basis ? (
        <p className="dim" {...shows('forecast.basis', name)}>
          {forecast.basis}
        </p>
      ) : null}
    </DetailSection>
  )
}
