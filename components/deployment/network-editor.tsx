"use client";

import { useTranslations } from "next-intl";
import { NumberField, TextField } from "@/components/deployment/draft-fields";
import { useNetworkEditing } from "@/components/deployment/network-editing";
import { NetworkNodesTable } from "@/components/deployment/network-nodes-table";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { Button } from "@/components/ui/button";
import { Panel } from "@/components/ui/panel";
import { RadioCards } from "@/components/ui/radio-cards";
import { Switch } from "@/components/ui/switch";
import { deviceOn, type NetworkPlan } from "@/contract/network-plan";

const bondNames = { storage: "bond0", management: "bond1", data: "bond2" } as const;

export function NetworkEditor({
  plan,
  onChange,
  onRemove,
}: {
  plan: NetworkPlan;
  onChange: (plan: NetworkPlan) => void;
  onRemove?: (() => void) | undefined;
}) {
  const t = useTranslations("deployment.networks");
  const path = `networks.${plan.id}`;
  const { fixedBecause } = useNetworkEditing();
  const fixed = fixedBecause !== null;
  const bonded = plan.link !== "single";
  return (
    <Panel
      title={t(`name.${plan.id}`)}
      aside={
        onRemove && (
          <Button size="sm" variant="quiet" onClick={onRemove}>
            {t("leaveOut")}
          </Button>
        )
      }
    >
      <div className="flex flex-col gap-4">
        <p className="text-muted">{t(`purpose.${plan.id}`)}</p>
        <LinkChoice plan={plan} onChange={onChange} />
        <div className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
          {bonded && (
            <TextField
              path={`${path}.bond`}
              label={t("bond")}
              readOnly={fixed}
              value={plan.bond ?? ""}
              onValue={(bond) => onChange({ ...plan, bond })}
            />
          )}
          <NumberField
            path={`${path}.mtu`}
            label={t("mtu")}
            value={plan.mtu}
            onValue={(mtu) => onChange({ ...plan, mtu })}
          />
          <TextField
            path={`${path}.vlan`}
            label={t("vlan")}
            note={t("optional")}
            readOnly={fixed}
            value={plan.vlan === undefined ? "" : String(plan.vlan)}
            onValue={(text) => onChange(withVlan(plan, text))}
          />
          {plan.id !== "data" && (
            <>
              <NumberField
                path={`${path}.prefixLength`}
                label={t("prefix")}
                readOnly={fixed}
                value={plan.prefixLength ?? 24}
                onValue={(prefixLength) => onChange({ ...plan, prefixLength })}
              />
              <TextField
                path={`${path}.gateway`}
                label={t("gateway")}
                note={t("optional")}
                value={plan.gateway ?? ""}
                onValue={(gateway) => onChange({ ...plan, gateway: gateway === "" ? null : gateway })}
              />
            </>
          )}
        </div>
        <BridgeSwitch plan={plan} onChange={onChange} />
        <NetworkNodesTable plan={plan} onChange={onChange} />
      </div>
    </Panel>
  );
}

/** Digits only: whatever else is typed is not taken over. */
function withVlan(plan: NetworkPlan, text: string): NetworkPlan {
  const digits = text.replaceAll(/\D/g, "").slice(0, 4);
  const { vlan, ...untagged } = { ...plan, vlan: Number(digits) };
  return digits === "" ? untagged : { ...untagged, vlan };
}

function LinkChoice({ plan, onChange }: { plan: NetworkPlan; onChange: (plan: NetworkPlan) => void }) {
  const t = useTranslations("deployment.networks");
  const { nodes, fixedBecause } = useNetworkEditing();
  const problem = useFieldProblem(`networks.${plan.id}.link`);
  const without = nodes.filter(({ facts }) => !facts.bondingAvailable).map(({ name }) => name);
  /** A single NIC and a bond are different devices. */
  const kept = (bonded: boolean): string | null => ((plan.link !== "single") === bonded ? null : fixedBecause);
  const because = (reason: string | null) => (reason === null ? {} : { disabledReason: reason });
  const noBonding = without.length > 0 ? t("noBonding", { nodes: without.join(", ") }) : null;
  const reason = because(kept(true) ?? noBonding);
  const choose = (value: string) => {
    if (value === "single") {
      onChange({
        ...plan,
        link: "single",
        bond: null,
        onNodes: plan.onNodes.map((on) => ({ ...on, nics: on.nics.slice(0, 1) })),
      });
      return;
    }
    const link = value === "bond-lacp" ? "bond-lacp" : "bond-active-backup";
    onChange({ ...plan, link, bond: plan.bond ?? bondNames[plan.id] });
  };
  return (
    <div>
      <RadioCards
        legend={t("link")}
        columns={3}
        value={plan.link}
        onValueChange={choose}
        cards={[
          { value: "single", label: t("single"), description: t("singleHelp"), ...because(kept(false)) },
          { value: "bond-lacp", label: t("lacp"), description: t("lacpHelp"), ...reason },
          { value: "bond-active-backup", label: t("activeBackup"), description: t("activeBackupHelp"), ...reason },
        ]}
      />
      {problem.error && <p className="pt-1 text-xs text-failed">{problem.error}</p>}
    </div>
  );
}

function BridgeSwitch({ plan, onChange }: { plan: NetworkPlan; onChange: (plan: NetworkPlan) => void }) {
  const t = useTranslations("deployment.networks");
  const problem = useFieldProblem(`networks.${plan.id}.bridge`);
  const { fixedBecause } = useNetworkEditing();
  const base = plan.link === "single" ? (plan.onNodes[0]?.nics[0] ?? "NIC") : (plan.bond ?? "bond");
  return (
    <div>
      <Switch
        checked={plan.bridge}
        disabled={fixedBecause !== null}
        onCheckedChange={(bridge) => onChange({ ...plan, bridge })}
        label={t("bridge", { name: deviceOn(base, { ...plan, bridge: true }) })}
        description={t(`bridgeHelp.${plan.id}`)}
      />
      {problem.error && <p className="text-xs text-failed">{problem.error}</p>}
    </div>
  );
}
