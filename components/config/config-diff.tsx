"use client";

import { useTranslations } from "next-intl";
import { Panel } from "@/components/ui/panel";
import { Cell, HeaderCell, RowHeader, Table, TableBody, TableHead } from "@/components/ui/table";
import { configChanges } from "@/contract/config-change";
import type { HaConfig } from "@/contract/ha-config";

/** Field by field against what the cluster has. */
export function ConfigDiff({ before, after }: { before: HaConfig; after: HaConfig }) {
  const t = useTranslations("config.edit");
  const changes = configChanges(before, after);
  return (
    <Panel title={t("diff", { count: changes.length })} flush>
      {changes.length === 0 ? (
        <p className="p-4 text-muted">{t("noDiff")}</p>
      ) : (
        <Table caption={t("diff", { count: changes.length })}>
          <TableHead>
            <HeaderCell>{t("field")}</HeaderCell>
            <HeaderCell>{t("from")}</HeaderCell>
            <HeaderCell>{t("to")}</HeaderCell>
          </TableHead>
          <TableBody>
            {changes.map(({ path, from, to }) => (
              <tr key={path}>
                <RowHeader>
                  <code>{path}</code>
                </RowHeader>
                <Cell>
                  <del>{from ?? "–"}</del>
                </Cell>
                <Cell>
                  <ins className="no-underline">{to ?? "–"}</ins>
                </Cell>
              </tr>
            ))}
          </TableBody>
        </Table>
      )}
    </Panel>
  );
}
