import { type TogetherOptions, together } from '@ocrelay/batching';
import { isDatabaseUnavailable } from '@ocrelay/db';

type Outcome<Answer> = { readonly answer: Answer } | { readonly error: unknown };

/**
 * Makes a function that does one thing out of a statement that does many: what is asked for in one moment is done together.
 * When Postgres refuses the statement for what is in it, each is done by itself: one row must not take the others with it.
 * @param work answers for each item, in order.
 */
export function togetherOrAlone<Item, Answer>(
  work: (items: readonly Item[]) => Promise<readonly Answer[]>,
  options: TogetherOptions,
): (item: Item) => Promise<Answer> {
  const alone = async (item: Item): Promise<Outcome<Answer>> => {
    try {
      return answered(await work([item]))[0] as Outcome<Answer>;
    } catch (error) {
      return { error };
    }
  };
  const ask = together(async (items: readonly Item[]): Promise<ReadonlyArray<Outcome<Answer>>> => {
    try {
      return answered(await work(items));
    } catch (error) {
      if (items.length === 1 || isDatabaseUnavailable(error)) throw error;
      return Promise.all(items.map(alone));
    }
  }, options);
  return async (item) => {
    const outcome = await ask(item);
    if ('error' in outcome) throw outcome.error;
    return outcome.answer;
  };
}

function answered<Answer>(answers: readonly Answer[]): Array<Outcome<Answer>> {
  return answers.map((answer) => ({ answer }));
}
