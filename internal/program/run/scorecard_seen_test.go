package run

// scorecardAsked stands above the table of requests.
const scorecardAsked = `Counted for an hour of virtual time beside one gateway with one watched key, from five minutes after what is
said: every request to either API, and every attempt to connect that fails. How it was before was not counted in this
way; the program itself said 20 a minute then, without what it asks Core.
A gateway that is down answers none of the attempts. After some minutes its hubs are then tried rarely while the window is hidden:
Core and Admin are asked how they are each minute, and the first that answers wakes all connections to it.
`

// scorecardSeen says which test holds what was seen once.
const scorecardSeen = `
## Seen once, and held since

Each was seen at a running gateway; the test plays it and holds the right value.

| seen | held by |
|---|---|
| a provider that was switched on again, and serves, called unhealthy | TestScorecard/live/provider-switched-off-and-on; kinds "provider switched off", "provider off and on by an admin" |
| ten of ten refused on a quiet provider told to nobody, and told as it was over | TestScorecard/live/upstream-429; kinds "quiet provider refuses every call (429)" and "fails every call (500)", "calls that time out" |
| Redis never named, the event bus accused | TestScorecard/live/redis-down; kinds "Redis down, ban on" and "ban off"; TestBusOrRedis (package alert) |
| the doctor blames a balance while the database is down | TestTheDatabaseIsNamed, TestOtherPartsAreNamed (package doctor) |
| a refused master key, and beside it "its database is down" | kind "master key rotated, and back" |
| a key that is valid again is never tried; what it hides is told to nobody | kinds "master key rotated, and back", "address banned", "virtual key refused" |
| "The key may not use this hub" of a banned address | TestABannedAddressIsSaidToBe; TestClasses "a ban" (package hub) |
| five alerts for one Core that is gone; links return one by one | TestScorecard/live/core-restart; kinds "Core restarted", "Admin gone"; TestTheFirstLinkWakesTheOthers |
| two Cores without sticky sessions: five alerts, and waiting | TestTwoReplicas (package gateway); TestRules "nodes that forget each other are one alert" (package alert) |
| a group that ran out and was topped up while asleep, in no line | TestAShortageWhileAsleepIsInTheDigest |
| bubbles of what is over stay | the columns "on the screen" of every scenario |
| a critical "3 more alerts" without a name; names cut to four letters | the column "anonymous" of every scenario; TestTexts (package text) |
| "resolved" written a second time | TestEachChangeOfAnAlertIsPrintedOnce (package cli) |
| "$0.08 of $0.05" for $0.088 | TestMoneyIsRoundedToTheNearestCent (package text) |
| a budget that begins anew over hubs is never believed | TestABudgetThatBeginsAnewIsToldAgain |
| a provider "rejected our key" told each minute for half an hour after it served again | kind "provider refuses our credential (403)" |
| "status" beside a running program says something else than that | TestStatusAsksTheProgramThatRuns (package cli) |
| "status" of a gateway that nobody answers at says only that nothing was read, or speaks of what was last known where nothing was | TestStatusOfAGatewayThatIsNotReached (package cli); TestWhatIsLost, TestWhatWasNeverKnown (package outlook) |
| the tray, the first page and "status" have different sentences while Core or Admin is gone | TestAllPlacesSayOneSentence (package app); TestAPartThatIsGone, TestNothingIsHeard (package outlook) |
| a provider that serves again is called not healthy for ten minutes | TestHealthOfAugust "served ten since the newest failure" (package rest) |
| a critical that was told of a provider ends, and nobody hears of it: nobody calls it any more, or an administrator switched it off | TestDecide (package notify); TestTheEndOfAProviderNobodySawWell (package text) |
| "REST still answers" while Redis is down and no list can be read | TestWhetherRESTAnswersWithoutRedis (package text) |
| a key that is refused later is sent by every connection at once | TestAKeyThatIsRefusedLaterIsSentOnce (package hub) |
| titles that begin with "Gateway", "Video failed" or "prod is impaired" and not with what they are about | TestTheNameComesFirst, TestATitleBeginsWithWhatItIsAbout (package text) |
| restored alerts end and are told anew; acknowledgements are lost | TestNothingRestoredEndsBeforeItsGatewayWasRead (package alert); TestAcceptance04Restart (package notify) |
| "its database is down" where only ports were closed | kinds "Admin gone", "everything gone", "Core restarted"; TestLights "core stopped" (package state) |
| "refused the key" of a keychain that is locked, or of a key that nobody kept | TestALockedKeychainIsWaitedFor, TestAKeyThatIsNotInTheKeychain |
| tasks whose end was missed run for ever | TestLostTasksLeave (package state); TestALostTaskIsNotWatchedForEver (package gateway) |
| an alert about a limit that is gone stays open | TestAnAlertAboutALimitThatIsGoneEnds (package alert) |
| twelve notices, then a critical "4 more alerts" | TestACriticalAfterTwelveIsTold (package notify); the column "anonymous" of every scenario |
| one alert told as itself "and 1 more" | TestOneAlertIsInABatchOnce (package notify) |
`
