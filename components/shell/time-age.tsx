"use client";

import { useTranslations } from "next-intl";
import { usePanelClockOffset } from "@/components/shell/panel-clock";
import { useTimeText } from "@/components/shell/use-time-text";
import { Age } from "@/components/ui/age";

export interface TimeAgeProps {
  at: string;
  staleAfterSeconds?: number;
  className?: string;
  /** Of a reading that is confirmed while it is drawn: when it last was. */
  confirmedAt?: (at: string) => string;
}

/** "12 s ago" in the reader's language, counted by the panel's clock. */
export function TimeAge({ at, staleAfterSeconds, className, confirmedAt }: TimeAgeProps) {
  const t = useTranslations("shell");
  const text = useTimeText();
  return (
    <Age
      at={at}
      absolute={text.absolute}
      confirmedAt={confirmedAt}
      format={text.age}
      step={text.ageStep}
      clockOffsetMs={usePanelClockOffset()}
      staleAfterSeconds={staleAfterSeconds}
      staleLabel={t("age.stale")}
      className={className}
    />
  );
}

/** The moment itself, in the reader's zone. */
export function TimeAt({ at, className }: { at: string; className?: string }) {
  const { absolute } = useTimeText();
  return (
    <time dateTime={at} className={className}>
      {absolute(at)}
    </time>
  );
}
