"use client";

import { useTranslations } from "next-intl";
import type { Channel } from "@/components/notification/channel-card";
import { useEventWords } from "@/components/event/use-event-words";
import { TimeAt } from "@/components/shell/time-age";
import { useSentence } from "@/components/shell/use-sentence";
import { type MarkState, StateMark } from "@/components/ui/state-mark";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import type { DeliveryState } from "@/contract/notification";

const marks: Record<DeliveryState, MarkState> = { waiting: "running", delivered: "done", "given-up": "failed" };

/** The last messages: what became of each, and what the other side said. */
export function DeliveryTable({ deliveries, channel }: { deliveries: Channel["deliveries"]; channel: string }) {
  const t = useTranslations("notifications.delivery");
  const say = useEventWords();
  const sentence = useSentence();
  if (deliveries.length === 0) return <p className="border-t border-line p-4 text-muted">{t("none")}</p>;
  return (
    <details className="border-t border-line">
      <summary className="px-4 py-2 font-medium">{t("title", { count: deliveries.length })}</summary>
      <Table caption={t("caption", { channel })}>
        <TableHead>
          <HeaderCell>{t("at")}</HeaderCell>
          <HeaderCell>{t("what")}</HeaderCell>
          <HeaderCell>{t("outcome")}</HeaderCell>
          <HeaderCell>{t("answer")}</HeaderCell>
        </TableHead>
        <TableBody>
          {deliveries.map(({ id, createdAt, message, state, attempts, answer }) => (
            <tr key={id}>
              <RowHeader className="font-normal whitespace-nowrap">
                <TimeAt at={createdAt.toISOString()} />
              </RowHeader>
              <Cell className="min-w-48">
                {message.cluster !== null && <span className="text-muted">{message.cluster}: </span>}
                {message.lines.map((line) => say(line).title).join(" · ")}
              </Cell>
              <Cell className="whitespace-nowrap">
                <StateMark state={marks[state]} label={t(`state.${state}`)} />
                {attempts > 1 && <span className="block text-xs text-muted">{t("attempts", { attempts })}</span>}
              </Cell>
              <Cell className="text-xs break-all text-muted">{answer === null ? "" : sentence(answer)}</Cell>
            </tr>
          ))}
        </TableBody>
      </Table>
    </details>
  );
}
