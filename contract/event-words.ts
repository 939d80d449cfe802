import type { ClusterEvent } from "@/contract/event";
import { isSuiteAlarm } from "@/contract/event-kinds";
import { type SayingFact, sentenceText } from "@/contract/sentence";

/** A translator of messages/LANGUAGE, whoever made it. */
export interface Phrases {
  (key: string, values?: Record<string, string | number>): string;
  has(key: string): boolean;
}

export interface EventWords {
  readonly title: string;
  readonly means: string;
  readonly todo: string;
}

/** Every fact a text may name; one that an older version did not write leaves a gap, never a broken sentence. */
const noFacts = {
  actor: "none",
  addresses: "",
  answer: "",
  applied: "",
  because: "",
  bracket: "",
  channel: "",
  from: "none",
  image: "",
  into: "",
  newest: "",
  nic: "",
  node: "none",
  nodes: "",
  outcome: "none",
  reason: "",
  run: "",
  seconds: "none",
  state: "none",
  summary: "",
  total: "",
};

/** Facts that are names of things the panel has words for. */
const namesOf: Readonly<Record<string, string>> = { run: "shell.runKind", bracket: "maintenance.leftOn.what" };

/** What an event is called, what it means and what to do, in the translator's language. `said` puts our own sentences into it too. */
export function eventWords(
  t: Phrases,
  said: (fact: SayingFact) => string | number,
  { kind, facts }: Pick<ClusterEvent, "kind" | "facts">,
): EventWords {
  const named = (name: string, value: SayingFact): string | number => {
    const key = `${namesOf[name]}.${sentenceText(value)}`;
    return name in namesOf && t.has(key) ? t(key) : said(value);
  };
  const given = Object.entries(facts).flatMap(([name, value]) => (value === "" ? [] : [[name, named(name, value)]]));
  const values: Record<string, string | number> = { ...noFacts, ...Object.fromEntries(given) };
  if (!isSuiteAlarm(kind))
    return {
      title: t(`events.kind.${kind}.title`, values),
      means: t(`events.kind.${kind}.about`),
      todo: t(`events.kind.${kind}.todo`, values),
    };
  return {
    title: t(`cluster.alarm.${kind}.title`, values),
    means: t(`cluster.alarm.${kind}.means`, values),
    todo: t(`cluster.alarm.${kind}.advice`, values),
  };
}

/** The kind's own name: for lists of kinds. */
export const kindName = (t: Phrases, kind: ClusterEvent["kind"]): string =>
  isSuiteAlarm(kind) ? t(`cluster.alarm.${kind}.title`) : t(`events.kind.${kind}.name`);
