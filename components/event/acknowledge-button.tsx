"use client";

import { BellOff, BellRing } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { AcknowledgeDialog } from "@/components/event/acknowledge-dialog";
import { useEventWords } from "@/components/event/use-event-words";
import { useAcknowledge } from "@/components/event/use-standing-alarms";
import { useErrorText } from "@/components/shell/error-report";
import { Button } from "@/components/ui/button";
import type { ClusterEvent } from "@/contract/event";

export interface AcknowledgeButtonProps {
  event: ClusterEvent;
  quiet: boolean;
  mayOperate: boolean;
}

/** Takes note of a standing alarm, or makes it loud again. */
export function AcknowledgeButton({ event, quiet, mayOperate }: AcknowledgeButtonProps) {
  const t = useTranslations("events.ack");
  const errorText = useErrorText();
  const say = useEventWords();
  const [asked, setAsked] = useState(false);
  const { acknowledge, withdraw } = useAcknowledge(() => setAsked(false));
  const alarm = say(event).title;
  const disabledReason = mayOperate ? null : t("viewer");
  return (
    <>
      {quiet ? (
        <Button
          size="sm"
          aria-label={t("withdrawOf", { alarm })}
          pending={withdraw.isPending}
          disabledReason={disabledReason}
          onClick={() => withdraw.mutate({ eventId: event.id })}
        >
          <BellRing aria-hidden />
          {t("withdraw")}
        </Button>
      ) : (
        <Button
          size="sm"
          aria-label={t("of", { alarm })}
          disabledReason={disabledReason}
          onClick={() => setAsked(true)}
        >
          <BellOff aria-hidden />
          {t("button")}
        </Button>
      )}
      {withdraw.isError && <span className="text-xs text-failed">{errorText(withdraw.error)}</span>}
      {asked && (
        <AcknowledgeDialog
          alarm={alarm}
          pending={acknowledge.isPending}
          error={acknowledge.isError ? errorText(acknowledge.error) : null}
          onClose={() => setAsked(false)}
          onConfirm={(choice) => acknowledge.mutate({ eventId: event.id, ...choice })}
        />
      )}
    </>
  );
}
