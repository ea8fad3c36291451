/** What other features may use of the connections. Its page is loaded by app/pages.ts. */
export { AgeChip } from './AgeChip'
export { CARD } from './address'
export { type Banner, type BannerTopics, bannersOf } from './banners'
export { DeliveryNote } from './DeliveryNote'
export { stateShape, stateWord } from './labels'
export { type RealTimeFeatures, together, useRealTimeFeatures } from './useRealTimeFeatures'
