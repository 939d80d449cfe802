"use client";

import { useTranslations } from "next-intl";
import { useDraft } from "@/components/deployment/draft-provider";
import { InstallPlanForm } from "@/components/deployment/install-plan-form";
import { Button } from "@/components/ui/button";
import { Checkbox } from "@/components/ui/checkbox";
import { Panel } from "@/components/ui/panel";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { partitionPlan, preparationItems, preparationTick } from "@/contract/install-files";

/** A0: what to do at the servers themselves, as a list to print and tick, and files that install them unattended. */
export function PreparePlace() {
  const t = useTranslations("deployment.prepare");
  return (
    <>
      <p className="max-w-prose text-muted">{t("explain")}</p>
      <InstallPlanForm />
      <Checklist />
      <Panel title={t("partitions")} flush>
        <Table caption={t("partitions")}>
          <TableHead>
            <HeaderCell>{t("mount")}</HeaderCell>
            <HeaderCell numeric>{t("size")}</HeaderCell>
          </TableHead>
          <TableBody>
            {partitionPlan.map(({ mount, megabytes }) => (
              <tr key={mount}>
                <RowHeader className="font-mono">{mount}</RowHeader>
                <Cell numeric>{megabytes === null ? t("rest") : `${megabytes} MB`}</Cell>
              </tr>
            ))}
          </TableBody>
        </Table>
      </Panel>
    </>
  );
}

function Checklist() {
  const t = useTranslations("deployment.prepare");
  const { draft, saver } = useDraft();
  const planned = draft.installation.nodes.map((node) => node.hostName).filter((name) => name !== "");
  const servers = planned.length > 0 ? planned : ["1", "2", "3"];
  const tick = (key: string, on: boolean) =>
    saver.edit({
      part: "preparation",
      value: on ? [...draft.preparation, key] : draft.preparation.filter((each) => each !== key),
    });
  return (
    <Panel
      title={t("checklist")}
      flush
      aside={
        <Button size="sm" onClick={() => window.print()}>
          {t("print")}
        </Button>
      }
    >
      <Table caption={t("checklist")}>
        <TableHead>
          <HeaderCell>{t("item")}</HeaderCell>
          {servers.map((name) => (
            <HeaderCell key={name}>{planned.length > 0 ? name : t("server", { number: name })}</HeaderCell>
          ))}
        </TableHead>
        <TableBody>
          {preparationItems.map((item) => (
            <tr key={item}>
              <RowHeader className="font-normal">
                <span className="font-medium">{t(`items.${item}.title`)}</span>
                <span className="block text-xs text-muted">{t(`items.${item}.how`)}</span>
              </RowHeader>
              {servers.map((name) => {
                const key = preparationTick(name, item);
                return (
                  <Cell key={name}>
                    <Checkbox
                      labelHidden
                      label={t("itemOn", { item: t(`items.${item}.title`), server: name })}
                      checked={draft.preparation.includes(key)}
                      onCheckedChange={(on) => tick(key, on)}
                    />
                  </Cell>
                );
              })}
            </tr>
          ))}
        </TableBody>
      </Table>
    </Panel>
  );
}
