/** A small world: two groups, three keys, two providers, a task that runs. */
export const WORLD = `dialect conduit
have group 1 Platform credit=100 spent=20
have group 2 Research credit=10 spent=3
have key 1 platform-api group=Platform
have key 2 research-batch group=Research
have key 3 mobile-app group=Platform
have provider 1 openai type=OpenAI latency=410
have provider 2 groq type=Groq latency=95
have mapping 1 chat-default openai gpt-5.2
have mapping 2 bulk groq llama-4-8b
have setting Retention.Days 30
have log 40 over=30m
every 700ms..1200ms chat keys=platform-api models=chat-default cost=0.002..0.004
task video task_one run 600s model=chat-default
`

/** A world in which something of everything happens. */
export const BUSY = `${WORLD}
batch spend research-batch to=92%
upstream groq 401
task video task_two run 2s model=chat-default
task image task_three run key=platform-api
chat mobile-app stream model=bulk
`
