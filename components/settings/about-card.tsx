"use client";

import { useQuery } from "@tanstack/react-query";
import { useTranslations } from "next-intl";
import { useTRPC } from "@/components/client/trpc";
import { useErrorText } from "@/components/shell/error-report";
import { Mark } from "@/components/shell/mark";
import { Banner } from "@/components/ui/banner";
import { DefinitionList } from "@/components/ui/definition-list";
import { Panel } from "@/components/ui/panel";
import { Skeleton } from "@/components/ui/skeleton";

/** What this panel is; for administrators also what must be backed up. */
export function AboutCard({ version, administrator }: { version: string; administrator: boolean }) {
  const t = useTranslations("settings.about");
  return (
    <Panel title={t("title")}>
      <div className="flex items-center gap-3">
        <Mark className="size-9" />
        <div>
          <p className="font-semibold">Trivet</p>
          <p className="text-muted">
            {t("version")} <span className="font-mono text-xs">{version}</span>
          </p>
        </div>
      </div>
      {administrator && <Installation />}
    </Panel>
  );
}

function Installation() {
  const t = useTranslations("settings.about");
  const errorText = useErrorText();
  const about = useQuery(useTRPC().settings.about.queryOptions());
  if (about.isPending) return <Skeleton className="mt-3 h-24" />;
  if (about.data === undefined) return <Banner tone="unknown" className="mt-3" title={errorText(about.error)} />;
  const { runtime, database, dataDirectory, backup, unreadableSecrets } = about.data;
  const path = (text: string) => <code className="text-xs break-all">{text}</code>;
  return (
    <>
      <DefinitionList
        className="mt-3"
        items={[
          { key: "runtime", term: t("runtime"), value: runtime },
          { key: "database", term: t("database"), value: database === "sqlite" ? "SQLite" : "PostgreSQL" },
          { key: "data", term: t("data"), value: path(dataDirectory) },
          {
            key: "key",
            term: t("key"),
            value: (
              <>
                {path(backup.secretKeyFile)} <span className="text-xs text-muted">({backup.secretKeyId})</span>
              </>
            ),
          },
        ]}
      />
      <p className="pt-1 text-xs text-muted">{t("backup")}</p>
      {unreadableSecrets > 0 && (
        <Banner tone="failed" className="mt-3" title={t("unreadable", { count: unreadableSecrets })}>
          {t("unreadableAdvice")}
        </Banner>
      )}
    </>
  );
}
