"use client";

import { useTranslations } from "next-intl";
import { StateMark } from "@/components/ui/state-mark";
import type { NicFacts } from "@/contract/node-facts";

/** A NIC's name with what its lamp shows: link, speed, or neither known. */
export function LinkLight({ nic }: { nic: NicFacts }) {
  return (
    <span className="flex items-center gap-1.5 whitespace-nowrap">
      <span className="font-mono text-xs">{nic.name}</span>
      <LinkState nic={nic} />
    </span>
  );
}

export function LinkState({ nic }: { nic: NicFacts }) {
  const t = useTranslations("deployment.link");
  const speed = nic.speedMbps === null ? null : speedText(nic.speedMbps);
  if (nic.carrier === null) return <StateMark state="unknown" label={t(nic.adminUp ? "unknown" : "down")} />;
  if (!nic.carrier) return <StateMark state="failed" label={t("none")} />;
  return <StateMark state="done" label={speed ?? t("up")} />;
}

export const speedText = (mbps: number): string => (mbps >= 1000 ? `${mbps / 1000} Gb/s` : `${mbps} Mb/s`);
