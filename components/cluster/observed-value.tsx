"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ReadingAge } from "@/components/cluster/reading-age";
import { useSentence } from "@/components/shell/use-sentence";
import { StateMark } from "@/components/ui/state-mark";
import { isGrownOld } from "@/contract/cluster-status";
import type { Observed } from "@/contract/observed";
import type { Sentence } from "@/contract/sentence";

export interface ObservedValueProps<T> {
  reading: Observed<T>;
  /** The age is shown beside the value, unless the card says it once for all of its values. */
  age?: boolean;
  children: (value: T) => ReactNode;
}

/** A value read from a machine, or grey "unknown" with the reason and the time of the last try. */
export function ObservedValue<T>({ reading, age = false, children }: ObservedValueProps<T>) {
  if (reading.state === "unknown") return <UnknownBecause reason={reading.reason} at={reading.at} />;
  return (
    <>
      {children(reading.value)}
      {age && (
        <>
          {" "}
          <ReadingAge at={reading.at} />
        </>
      )}
    </>
  );
}

export function UnknownBecause({ reason, at }: { reason: Sentence; at: string }) {
  const t = useTranslations("cluster");
  const sentence = useSentence();
  const grownOld = isGrownOld(reason);
  return (
    <span className="inline-flex flex-wrap items-baseline gap-x-2 text-unknown">
      <StateMark
        state="unknown"
        label={grownOld ? t("unknownGrownOld") : t("unknownBecause", { reason: sentence(reason) })}
        className="font-normal"
      />
      <span className="text-xs">
        {grownOld ? t("lastConfirmed") : t("lastTried")} <ReadingAge at={at} className="text-unknown" />
      </span>
    </span>
  );
}
