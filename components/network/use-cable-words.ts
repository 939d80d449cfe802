"use client";

import { useTranslations } from "next-intl";
import { speedText } from "@/components/network/link-light";
import type { Attachment, Cable, Standing } from "@/components/network/network-model";
import type { MarkState } from "@/components/ui/state-mark";
import type { MemberVerdict } from "@/contract/bond-verdict";

export const standingMarks: Record<Standing, MarkState> = {
  good: "done",
  degraded: "needs-you",
  failed: "failed",
  unknown: "unknown",
};

const verdictMarks: Record<MemberVerdict, MarkState> = {
  healthy: "done",
  standby: "done",
  "no-link": "failed",
  "no-lacp-partner": "failed",
  "other-aggregator": "failed",
  negotiating: "needs-you",
  unknown: "unknown",
};

/** A cable of a bond is as good as the bond finds it: through most of LACP's failures its link stays up. */
export function cableMark(cable: Cable, attachment: Pick<Attachment, "plan">): MarkState {
  if (cable.state === "unknown") return "unknown";
  if (cable.state === "off") return "needs-you";
  if (cable.state !== "up") return "failed";
  if (attachment.plan.link === "single") return "done";
  return cable.verdict === null ? "needs-you" : verdictMarks[cable.verdict];
}

/** A cable in words: the same in the picture, in its text and in the table. */
export function useCableWords() {
  const t = useTranslations("network");
  const link = ({ state, speedMbps }: Cable): string =>
    state === "up" && speedMbps !== null ? speedText(speedMbps) : t(`cable.${state}`);
  const bond = ({ verdict, state }: Cable, { plan, bond: found }: Attachment): string | null => {
    if (plan.link === "single" || state === "unknown") return null;
    if (found === null || verdict === null) return t("verdict.no-bond");
    if (verdict === "healthy" && found.mode === "active-backup") return t("verdict.active");
    return t(`verdict.${verdict}`);
  };
  const port = ({ far }: Cable): string | null => {
    if (far.lldp !== null) return t("far.port", { port: far.lldp.port });
    if (far.partner === null || far.partner === "none" || far.partner.port === null) return null;
    return t("far.port", { port: far.partner.port });
  };
  /** Who is at the other end: the switch's name, or the address its LACP speaks with. */
  const far = ({ far: end, state }: Cable): { name: string; group: string | null } => {
    if (state !== "up") return { name: t(state === "unknown" ? "far.unknown" : "far.silent"), group: null };
    const partner = end.partner === "none" ? null : end.partner;
    const group = partner?.key == null ? null : t("far.group", { group: partner.key });
    if (end.lldp !== null) return { name: end.lldp.system ?? end.lldp.chassis, group };
    if (end.partner === "none") return { name: t("far.noPartner"), group: null };
    return { name: partner?.mac ?? t("far.unknown"), group };
  };
  const all = (cable: Cable, attachment: Attachment): string => {
    const { name, group } = far(cable);
    const said = [link(cable), bond(cable, attachment), name, group, port(cable)].filter((part) => part !== null);
    return t("cable.sentence", { node: attachment.node, nic: cable.nic, said: said.join(" · ") });
  };
  return { link, bond, port, far, all };
}
