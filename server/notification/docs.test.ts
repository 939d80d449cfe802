import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { eventGroups, eventKindNames, eventKinds } from "@/contract/event-kinds";
import { kindName } from "@/contract/event-words";
import { readMessages } from "@/server/i18n/messages";
import { wordsIn } from "@/server/words";

test("docs/notifications.md lists every event with the words the panel has for it", async () => {
  const t = wordsIn("en", await readMessages("en"));
  const rows = eventGroups.flatMap((group) =>
    eventKindNames
      .filter((kind) => eventKinds[kind].group === group)
      .map((kind) => {
        const { severity, nature, told } = eventKinds[kind];
        const lasts = nature === "moment" ? "happens" : "stands";
        return `| \`${kind}\` | ${kindName(t, kind)} | ${t(`events.severity.${severity}`).toLowerCase()}, ${lasts} | ${told ? "yes" : "no"} | ${t(`events.kind.${kind}.about`)} |`;
      }),
  );
  const text = readFileSync("docs/notifications.md", "utf8");
  const found = text.split("\n").filter((line) => line.startsWith("| `"));
  expect(found).toEqual(rows);
});
