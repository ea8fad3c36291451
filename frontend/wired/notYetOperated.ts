/**
 * Controls that no test operates yet, each with the reason. What is operated
 * must not be listed, so the list only gets shorter; what is neither fails.
 */
export const NOT_YET_OPERATED: ReadonlyMap<string, string> = new Map<string, string>([])
