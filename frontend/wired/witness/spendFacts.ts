import type { KeySpend } from '../../src/bridge/types'
import { clockIn } from '../zones'
import { type BookGroup, type Booking, type Nano, nanoOf, topUp } from './books'
import { budgets, budgetWords, noBudgets } from './budgetFacts'
import { between, cell, chartSum, spentInMinute } from './charts'
import { count, failed, money, partOf, sentence, share, type Truth, time, word } from './check'
import { pool } from './pool'
import { rate, spentWithin } from './rates'
import { countsIn, moneyIn, saysUnknown, sourceWords } from './say'
import {
  balanceOf,
  bookingsOf,
  type Check,
  callsOf,
  callsOfGroup,
  groupOf,
  inScope,
  itemsOf,
  keyOf,
  keysIn,
  midnight,
  openingOf,
  payerOf,
  shareOf,
  spentAt,
  spentByKey,
  spentOfKey,
  split,
  usedOf,
  type World,
  wrong,
} from './world'

const MINUTE = 60_000

const keyLive = (w: World, id: string): KeySpend | undefined => w.live.keys[id]

/** What a key spent in all: the whole log of the gateway, and batches. */
const keySpent = (id: string, w: World): Truth => {
  const pays = payerOf(w, id)
  const since = Math.max((pays && topUp(pays)?.at) ?? 0, keyLive(w, id)?.totalSince ?? 0)
  return w.sees.admin ? spentOfKey(w, id, since) : null
}

/** What was used of a group's newest top-up and no key of it had. */
const noKey = (id: string, w: World): number | null => {
  const found = group((one) => one)(id, w)
  const used = found ? usedOf(found) : null
  if (!found || used === null) return null
  const since = topUp(found)?.at ?? 0
  // Who paid for a key that was moved no book tells: by what the program has, whose sum must be the books'.
  const had = keysIn(w, split(id)[0], found.id).reduce(
    (all, key) => all + spentByKey(w, key, since) - (keyLive(w, key)?.elsewhere ?? 0),
    0,
  )
  const former = w.live.groups[id]?.former.reduce((all, one) => all + one.spent, 0) ?? 0
  return used - had - former - adjusted(found)
}

/** What administrators took of a group since its newest top-up. */
const adjusted = (found: BookGroup): number =>
  found.entries.reduce(
    (all, one) =>
      all + (!one.credit && /^Admin/.test(one.by) && one.at >= (topUp(found)?.at ?? 0) ? one.amount : 0),
    0,
  )

const keyToday = (id: string, w: World): Truth => spentOfKey(w, id, midnight(w.now, w.zone))

const group =
  <T>(of: (group: NonNullable<ReturnType<typeof groupOf>>) => T) =>
  (id: string, w: World): T | null => {
    const found = groupOf(w, id)
    return found && w.sees.admin && !w.forbidden.includes('groups') ? of(found) : null
  }

const payer =
  <T>(of: (group: NonNullable<ReturnType<typeof groupOf>>) => T) =>
  (id: string, w: World): T | null => {
    const found = payerOf(w, id)
    return found && w.sees.admin && !w.forbidden.includes('groups') ? of(found) : null
  }

/**
 * What is foreseen: of a program that has watched for less than a day nothing but that it is too early, or
 * used up; the log of a day and an hour may be read back.
 */
const foreseen: Check = (s, w) => {
  const of = w.live.forecasts[s.of]
  if (!of) return wrong('nothing is foreseen')
  if (s.fact === 'forecast.basis') return s.text === of.basis ? 'own' : wrong(`is ${of.basis}`)
  const said = s.text || s.spoken.join(' ')
  const usedUp = (group(shareOf)(of.subject, w) ?? 0) >= 1
  if (/^Used up/.test(said)) return usedUp ? 'books' : wrong('is not used up')
  return sameBut(said, of.head, 2) && !usedUp ? 'own' : wrong(`is ${of.head}`)
}

/** Whether two texts are the same but for numbers that grew a little: the program is asked after the page. */
const sameBut = (said: string, is: string, by: number): boolean => {
  const [x, y] = [said, is].map((text) => [...text.matchAll(/\d+/g)].map(Number))
  const words = (text: string) => text.replace(/\d+/g, '#')
  return words(said) === words(is) && (x ?? []).every((n, i) => Math.abs(n - (y?.[i] ?? 0)) <= by)
}

const lasts: Check = (s, w) => {
  if (saysUnknown(s.text)) return 'unknown'
  const id = s.of.replace(/^group:/, '')
  const found = w.live.groups[id] ? groupOf(w, id) : payerOf(w, id)
  const usedUp = found ? (shareOf(found) ?? 0) >= 1 : false
  return (s.text === 'used up') === usedUp ? 'own' : wrong(usedUp ? 'is used up' : 'is not used up')
}

const callsIn = (scope: string, w: World): Booking[] =>
  inScope(w, scope).flatMap(([, books]) => bookingsOf(books))

const callsOfBudget = (id: string, w: World) =>
  id.startsWith('group:') ? callsOfGroup(id, w) : callsOf(w, id)

const trend: Check = (s) =>
  s.spoken.some((text) => /^(Rising|Falling|Stable)$/.test(text)) ? 'own' : wrong('is no trend')

const today = (scope: string, w: World): Truth => {
  const books = inScope(w, scope)
  if (books.length === 0 || !w.sees.admin) return null // a hub tells of batches' items only
  return books.reduce((all, [, one]) => all + spentAt(one, midnight(w.now, w.zone)), 0)
}

/** The booking that a row of the list of transactions shows, as the gateway logged it. */
function logged(id: string, w: World): { cost: Nano; model: string; at: number } | null {
  const shown = w.live.transactions[id]
  if (!shown) return null
  const calls = callsOf(w, `${shown.gateway}/${shown.key}`)
  const call = calls.find((one) => one.at === shown.at && Math.abs(one.cost - shown.amount) < 1000)
  if (call) return call
  const batch = w.batches.find((one) => one.key === shown.key && Math.abs(one.amount - shown.amount) < 1000)
  return batch ? { cost: batch.amount, model: shown.model, at: shown.at } : null
}

const sayable: Check = (s, w) => sentence(s, [s.text, ...s.spoken].join(' '), pool(w, split(s.of)[0]))

const keysWith = (test: (share: number | null) => boolean) => (scope: string, w: World) =>
  !w.sees.admin || w.forbidden.includes('groups')
    ? 0
    : inScope(w, scope).reduce(
        (all, [id, books]) =>
          all +
          books.keys.filter((key) => {
            const pays = payerOf(w, `${id}/${key.id}`)
            return test(pays ? shareOf(pays) : null)
          }).length,
        0,
      )

/** At most what was spent today, and at least nothing: which part of it a gateway's books leave open. */
const partOfToday = (scope: string, w: World): Truth => {
  const all = today(scope, w)
  return typeof all === 'number' ? [0, all] : all
}

/** What administrators took of groups today. */
const adjustedToday = (scope: string, w: World): Truth =>
  inScope(w, scope).reduce(
    (all, [, books]) =>
      all +
      books.groups
        .flatMap((one) => one.entries)
        .filter((one) => !one.credit && /^Admin/.test(one.by) && one.at >= midnight(w.now, w.zone))
        .reduce((sum, one) => sum + one.amount, 0),
    0,
  )

/** A time that may lie in the future: its clock must still be the machine-readable one. */
const timeToCome: Check = (s, w) => time()(s, { ...w, now: Math.max(w.now, s.at) })

export const SPEND: Record<string, Check> = {
  'gateway.today': money(today),
  'gateway.todayAsOf': (s, w) => {
    if (s.text.trim() === '') return 'own'
    const times = Object.values(w.live.gateways).flatMap((one) =>
      typeof one.today === 'number' ? [] : [Number(one.today.since ?? 0)],
    )
    return times.some((at) => at > 0 && at <= w.now && s.text.includes(clockIn(w.zone, at).slice(0, 5)))
      ? 'own'
      : wrong(`is as of ${times.join(' or ')}`)
  },
  'gateway.todayNoKey': money(partOfToday),
  'gateway.todayAdjusted': money(adjustedToday),
  'gateway.todayUnlogged': money(partOfToday),
  'gateway.todayUndebited': money(partOfToday),
  'gateway.todayPending': money(partOfToday),
  'gateway.burn': rate(callsIn, 15),
  'gateway.burnSpan': (s, w) => {
    const said = [...s.text.matchAll(/\d+/g)].map(([n]) => Number(n))
    const spans = Object.values(w.live.gateways).map((gateway) => gateway.burnSpan)
    return said.every((n) => n <= 15 && spans.some((span) => Math.abs(span - n) <= 1))
      ? 'own'
      : wrong(`is one of ${spans.join(', ')}`)
  },
  'gateway.trend': trend,
  'gateway.quiet': (s, w) => {
    if (/not known/.test(s.text)) return 'unknown'
    const spent = inScope(w, s.of).reduce((all, [, books]) => all + spentAt(books, w.now - 60 * MINUTE), 0)
    return spent === 0 || /that are known/.test(s.text) ? 'books' : wrong('something was spent')
  },
  'gateway.uncharged': sayable,
  'budgets.words': budgetWords,
  'budgets.none': noBudgets,
  'budgets.gap': (_, w) =>
    w.sees.admin && !w.forbidden.includes('groups') && budgets(w, '').length > 0
      ? wrong('budgets are known')
      : 'unknown',
  'budget.spentOf': partOf(
    (id, w) => (id.startsWith('group:') ? group(usedOf)(id, w) : keySpent(id, w)),
    (id, w) => (id.startsWith('group:') ? group(openingOf)(id, w) : null),
  ),
  'budget.share': share((id, w) => (id.startsWith('group:') ? group(shareOf)(id, w) : null)),
  'budget.rate': rate(callsOfBudget, 15, itemsOf),
  'budget.asOf': (s, w) => {
    if (s.text.trim() === '') return 'own'
    const used = (s.of.startsWith('group:') ? w.live.groups[s.of.slice(6)] : w.live.keys[s.of])?.usedRatio
    const at = used === undefined || typeof used === 'number' ? 0 : Number(used.since ?? 0)
    return at > 0 && at <= w.now && s.text.includes(clockIn(w.zone, at).slice(0, 5))
      ? 'own'
      : wrong(`is as of ${at}`)
  },
  'group.share': share(group(shareOf)),
  'group.balance': money(group(balanceOf)),
  'group.limit': money(group(openingOf)),
  'group.spent': money(group(usedOf)),
  'group.ofLimit': (s, w) => {
    const truth = group(openingOf)(s.of, w)
    const part = share(group(shareOf))({ ...s, text: s.text.replace(/.*· /, ''), spoken: [] }, w)
    if (truth === null || moneyIn(s.text).length === 0) return part
    const whole = money(group(openingOf))({ ...s, text: s.text.replace(/ ·.*/, ''), spoken: [] }, w)
    return typeof whole === 'string' ? part : whole
  },
  'group.credits': money(group((one) => nanoOf(one.row.lifetimeCreditsAdded))),
  'group.spentEver': money(group((one) => nanoOf(one.row.lifetimeSpent))),
  'group.keyCount': count(group((one) => Number(one.row.virtualKeyCount))),
  'group.rate': rate(callsOfGroup, 15),
  'group.lastHour': spentWithin(callsOfGroup, 60),
  'group.lastDay': spentWithin(callsOfGroup, 24 * 60),
  'group.trend': trend,
  'group.unattributed': money((id, w) => {
    const found = group((one) => one)(id, w)
    const since = (found && topUp(found)?.at) ?? 0
    const direct = found?.entries.filter((one) => one.at >= since && one.what === 'Usage deducted')
    return direct ? direct.reduce((all, one) => all + one.amount, 0) : null
  }),
  // A batch that no hub told of has no key.
  'group.noKey': money((id, w) => {
    const least = noKey(id, w)
    const items = w.unheard ? w.batches.reduce((all, one) => all + one.amount, 0) : 0
    return least === null ? null : [least, least + items]
  }),
  'group.notDebited': money((id, w) => -(noKey(id, w) ?? 0)),
  'group.adjusted': money(group(adjusted)),
  'group.former': (s) => (moneyIn(s.text).length === 1 ? 'own' : wrong('is no amount')),
  'group.parts': (s) => (/not known/.test(s.text) ? 'unknown' : wrong('is a value')),
  'group.sharePending': (s, w) =>
    group((one) => topUp(one)?.at ?? null)(s.of, w) === null ? 'unknown' : wrong('its top-up is known'),
  'group.id': word((id) => split(id)[1]),
  'group.source': word((id, w) => sourceWords(w.live.groups[id]?.source), 'own'),
  'group.updatedAt': time(),
  // Since when it is counted is its group's newest top-up.
  'key.spent': (s, w) => money(keySpent, w.forbidden.includes('groups'))(s, w),
  'key.spentOfGroup': (s, w) =>
    money((id) => {
      const all = keySpent(id, w)
      const elsewhere = keyLive(w, id)?.elsewhere ?? 0
      if (all === null || typeof all === 'number') return all === null ? null : all - elsewhere
      return [all[0] - elsewhere, all[1] - elsewhere] as const
    }, w.forbidden.includes('groups'))(s, w),
  'key.period': () => 'seen',
  'key.movedAt': (s, w) => {
    const at = keyLive(w, s.of)?.movedAt ?? 0
    return at > 0 && s.text.includes(clockIn(w.zone, at).slice(0, 5)) ? 'own' : wrong(`came at ${at}`)
  },
  'key.elsewhere': (s) => (moneyIn(s.text).length === 1 ? 'own' : wrong('is no amount')),
  'key.unlogged': money((id, w) => [
    0,
    w.batches.reduce((all, one) => all + (one.key === split(id)[1] ? one.amount : 0), 0),
  ]),
  'key.today': (s, w) => money(keyToday, !w.sees.admin)(s, w),
  // Whole hours, the first of them begun: as much of it as the log has, and not more.
  'key.curve': money((id, w) => [0, spentByKey(w, id, w.now - 25 * 60 * MINUTE)]),
  'key.share': share(payer(shareOf)),
  'key.limit': money(payer(openingOf)),
  'key.ofLimit': (s, w) => (saysUnknown(s.text) ? 'unknown' : share(payer(shareOf))(s, w)),
  'key.left': money(payer(balanceOf)),
  'key.rate': rate((id, w) => callsOf(w, id), 15, itemsOf),
  'key.lastHour': spentWithin((id, w) => callsOf(w, id), 60, itemsOf),
  'key.lastDay': spentWithin((id, w) => callsOf(w, id), 24 * 60, itemsOf),
  'forecast.lasts': lasts,
  'forecast.head': foreseen,
  'forecast.basis': foreseen,
  'forecast.limit': money((id, w) => {
    const of = w.live.forecasts[id]
    return of ? group(openingOf)(of.subject, w) : null
  }),
  'forecast.base': (s) => (/^from \$[\d,.]+ up$/.test(s.text) ? 'own' : wrong('is no foot of a chart')),
  'forecast.step': (s) => (/^(Reset|Topped up by) /.test(s.text) ? 'own' : wrong('is no step')),
  'view.calendar': (s) => (/^\d+ entr(y|ies)$/.test(s.text) ? 'own' : wrong('counts nothing')),
  'calendar.at': timeToCome,
  'calendar.words': (s) =>
    /^(has its budget reset|have their budgets reset|expires|is likely out of budget, |was topped up by )/.test(
      s.text,
    )
      ? 'own'
      : wrong('is no entry'),
  'key.trend': trend,
  'key.whose': (s, w) => {
    const found = payerOf(w, s.of)
    const said = s.spoken.join(' ')
    return found && said.includes(found.name) ? 'books' : said === '' ? 'own' : wrong(`is ${found?.name}`)
  },
  'key.whoseThresholds': (s, w) => {
    const found = payerOf(w, s.of)
    if (!found) return 'books'
    if (/^No limit of it is known/.test(s.text))
      // nor can one be, without the list of groups
      return Object.values(w.live.groups).some(
        (one) => one.gateway === split(s.of)[0] && typeof one.balance === 'number',
      )
        ? wrong(`are those of ${found.name}`)
        : 'unknown'
    return s.text.includes(found.name) ? 'books' : wrong(`are those of ${found.name}`)
  },
  'key.payer': (s, w) => {
    const found = payerOf(w, s.of)
    if (!found || !s.text.includes(found.name)) return wrong(`is ${found?.name}`)
    const text = s.text.replaceAll(found.name, '')
    return /%/.test(text) ? share(payer(shareOf))({ ...s, text }, w) : 'books'
  },
  'key.lastModel': (s, w) => {
    const [last] = callsOf(w, s.of)
    return saysUnknown(s.text)
      ? 'unknown'
      : last && s.text === last.model
        ? 'books'
        : wrong(`is ${last?.model}`)
  },
  'key.lastRequest': (s, w) => {
    const [written] = moneyIn(s.text)
    if (!written) return 'unknown'
    const fits = [...callsOf(w, s.of).map((one) => one.cost), ...w.batches.map((one) => one.amount)]
    return fits.some((cost) => Math.abs(cost - written.value) <= written.within)
      ? 'books'
      : wrong('no call cost so much')
  },
  'key.observed': (s, w) => {
    const [[seen = -1], [sum]] = [countsIn(s.text), moneyIn(s.text)]
    const all = callsOf(w, s.of).length + w.batches.length
    return seen >= 0 && seen <= all && sum && sum.value <= spentByKey(w, s.of) + sum.within
      ? 'books'
      : wrong(`is ${all} and ${spentByKey(w, s.of)} at most`)
  },
  'key.failed': failed((row, id) => String(row.virtualKeyId) === split(id)[1]),
  'key.totalSince': (s, w) => {
    const since = keyLive(w, s.of)?.totalSince ?? 0
    return since > 0 && since <= w.now ? 'own' : wrong('is in the future')
  },
  'key.status': word((id, w) => {
    const row = keyOf(w, id)?.row
    if (!w.sees.admin) return null
    if (!row) return 'deleted'
    return typeof row.isEnabled === 'boolean' ? (row.isEnabled ? 'enabled' : 'disabled') : 'unknown'
  }),
  'key.group': (s, w) => {
    const found = keyOf(w, s.of)
    if (!found && keyLive(w, s.of)?.status === 'deleted') return 'own'
    return found && [found.group, payerOf(w, s.of)?.name].includes(s.text)
      ? 'books'
      : saysUnknown(s.text)
        ? 'unknown'
        : wrong(`is ${found?.group}`)
  },
  'key.id': word((id) => [split(id)[1], `#${split(id)[1]}`]),
  'key.source': word((id, w) => sourceWords(w.live.keys[id]?.source), 'own'),
  'key.updatedAt': time(),
  'key.listedAt': time(),
  'key.hours': chartSum((id, w, from) => spentOfKey(w, id, from)),
  'key.hours.cell': cell(
    (id, w, from, to) => between(spentOfKey(w, id, from), spentOfKey(w, id, to)),
    60 * MINUTE,
  ),
  'spend.minutes': chartSum((scope, w, from) =>
    inScope(w, scope).reduce((all, [, books]) => all + spentAt(books, from), 0),
  ),
  'spend.minutes.cell': cell(spentInMinute, MINUTE),
  // No more than the gateway booked in that time, and of a step's length around it.
  'chart.undated': (s, w) => {
    const [scope = '', from, to] = s.of.split('|')
    const [written] = moneyIn(s.text)
    if (!written) return wrong('is no amount')
    const [begins, ends] = [Number(from) - 2 * MINUTE, Number(to) + MINUTE]
    const most = scope.includes('/')
      ? spentByKey(w, scope, begins)
      : inScope(w, scope).reduce((all, [, books]) => all + spentAt(books, begins) - spentAt(books, ends), 0)
    return written.value <= most + written.within ? 'books' : wrong(`is ${most} at most`)
  },
  'chart.time': (s, w) => {
    const at = { ...s, at: Number(s.of) }
    return (/\/spend\//.test(s.where) ? timeToCome : time())(at, w) // what is foreseen of a budget has a chart
  },
  'booking.at': (s, w) => {
    const found = logged(s.of, w)
    return found ? time(() => found.at)(s, w) : wrong('the gateway has no such booking')
  },
  'booking.amount': money((id, w) => logged(id, w)?.cost ?? null),
  'booking.model': (s, w) =>
    saysUnknown(s.text) ? 'unknown' : word((id, x) => logged(id, x)?.model ?? null)(s, w),
  'booking.provider': (s, w) => {
    if (saysUnknown(s.text)) return 'unknown'
    const found = logged(s.of, w)
    const shown = w.live.transactions[s.of]
    const route = w.books.get(shown?.gateway ?? '')?.mappings.find((one) => one.modelAlias === found?.model)
    const names = [
      String((route?.provider as { displayName?: string } | undefined)?.displayName),
      String(route?.providerId),
    ]
    return names.includes(s.text) ? 'books' : wrong(`is ${names[0]}`)
  },
  'booking.total': (s) =>
    saysUnknown(s.text) ? 'unknown' : moneyIn(s.text).length === 1 ? 'own' : wrong('is no amount'),
  'booking.source': (s) => (s.spoken.length > 0 ? 'own' : wrong('says nothing')),
  'keys.alerts': count(keysWith((one) => one !== null && one >= 0.75)),
  'keys.limited': count(keysWith((one) => one !== null)),
  'keys.unclear': (s) => ((countsIn(s.text)[0] ?? 0) > 0 ? 'own' : wrong('is none')),
  'keys.unlimited': count((scope, w) =>
    w.sees.admin
      ? inScope(w, scope).reduce(
          (all, [id, books]) =>
            all +
            books.keys.filter((key) => {
              const pays = payerOf(w, `${id}/${key.id}`)
              return pays !== null && nanoOf(pays.row.lifetimeCreditsAdded) === 0
            }).length,
          0,
        )
      : 0,
  ),
}
