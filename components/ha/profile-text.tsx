"use client";

import { useTranslations } from "next-intl";
import { ObservedValue } from "@/components/cluster/observed-value";
import { StateMark } from "@/components/ui/state-mark";
import type { ProfileDeviation, ProfileStatus } from "@/contract/ha-profile";

/** The profile that was chosen, and whether Consul and Ceph are set as it says. */
export function ProfileText({ profile }: { profile: ProfileStatus | undefined }) {
  const t = useTranslations("ha.profile");
  if (profile === undefined) return <StateMark state="unknown" label={t("notTold")} className="font-normal" />;
  return (
    <>
      {t(profile.profile)}
      {!profile.cephTuned && <span className="block text-xs text-muted">{t("cephAsIs")}</span>}
      {(["consul", "ceph"] as const).map((where) => (
        <span key={where} className="block text-xs text-muted">
          {t(where)}{" "}
          <ObservedValue reading={profile[where]}>{(deviations) => <InForce deviations={deviations} />}</ObservedValue>
        </span>
      ))}
    </>
  );
}

function InForce({ deviations }: { deviations: readonly ProfileDeviation[] }) {
  const t = useTranslations("ha.profile");
  if (deviations.length === 0) return t("inForce");
  return (
    <ul className="text-needs">
      {deviations.map(({ node, setting, wanted, found }) => (
        <li key={`${node} ${setting}`}>{t("deviation", { setting, wanted, found })}</li>
      ))}
    </ul>
  );
}
