"use client";

import { createContext, useContext } from "react";
import { TimeAge, type TimeAgeProps } from "@/components/shell/time-age";

/** When a reading was last confirmed that was drawn with this time. */
export type ConfirmedAt = (at: string) => string;

const Confirmed = createContext<ConfirmedAt>((at) => at);
export const ConfirmedReadings = Confirmed.Provider;

/** The age of a reading of the cluster's live status: it goes by the newest confirmation, whenever its card was drawn. */
export function ReadingAge(props: Omit<TimeAgeProps, "confirmedAt">) {
  return <TimeAge {...props} confirmedAt={useContext(Confirmed)} />;
}
