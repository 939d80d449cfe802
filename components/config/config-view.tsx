"use client";

import { Download } from "lucide-react";
import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { ConfigFields } from "@/components/config/config-fields";
import { ConfigProblems } from "@/components/config/config-problems";
import { PageHeader } from "@/components/shell/page-header";
import { saveText } from "@/components/shell/save-text";
import { TimeAge } from "@/components/shell/time-age";
import { useCopyLabels } from "@/components/shell/use-copy-labels";
import { Banner } from "@/components/ui/banner";
import { Button } from "@/components/ui/button";
import { CodeBlock } from "@/components/ui/code-block";
import { EmptyState } from "@/components/ui/empty-state";
import { Panel } from "@/components/ui/panel";
import { serialiseConfig } from "@/contract/config-text";
import type { HaConfig } from "@/contract/ha-config";
import { checkHaConfig } from "@/contract/ha-config-check";

/** Three readings that did not come (components/config/config-page.tsx). */
const staleAfterSeconds = 90;

export interface ConfigViewProps {
  clusterName: string;
  /** Null: nothing has been published. Undefined: it has never been read. */
  published: { version: number; config: HaConfig } | null | undefined;
  /** When it was read last. */
  at: string;
  /** Why it cannot be read now, since when; null: it can. */
  unread: { why: string; at: string } | null;
  onEdit: () => void;
  history: ReactNode;
  /** The editor, while it is open. */
  children?: ReactNode;
}

/** The published configuration, fields beside the file. */
export function ConfigView({ clusterName, published, at, unread, onEdit, history, children }: ConfigViewProps) {
  const t = useTranslations("config");
  const copy = useCopyLabels();
  const text = published ? serialiseConfig(published.config) : null;
  return (
    <>
      <PageHeader
        title={`${clusterName} · ${t("title")}`}
        note={t("note")}
        actions={
          <Button
            disabledReason={text === null ? t("downloadReason") : null}
            onClick={() => text !== null && saveText(`${clusterName}.config.json`, text)}
          >
            <Download aria-hidden />
            {t("download")}
          </Button>
        }
      />
      <div className="flex flex-col gap-4">
        <Banner
          tone="note"
          title={t("changeTitle")}
          actions={
            <Button disabledReason={text === null ? t("downloadReason") : null} onClick={onEdit}>
              {t("edit.open")}
            </Button>
          }
        >
          {t("changeText")}
        </Banner>
        {children}
        {unread !== null && (
          <Banner
            tone="unknown"
            stateLabel={t("unreadable")}
            title={t("unreadable")}
            aside={<TimeAge at={unread.at} />}
          >
            {unread.why}
          </Banner>
        )}
        {published === null && <EmptyState title={t("absentTitle")}>{t("absent")}</EmptyState>}
        {/* While it is changed, the editor shows all of it. */}
        {!children && published && text !== null && (
          <>
            <Panel title={t("problems")}>
              <ConfigProblems problems={checkHaConfig(published.config)} />
            </Panel>
            <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
              <Panel
                flush
                title={t("fields")}
                aside={
                  <>
                    {t("version", { version: published.version })} ·{" "}
                    <TimeAge at={at} staleAfterSeconds={staleAfterSeconds} />
                  </>
                }
              >
                <ConfigFields config={published.config} />
              </Panel>
              <section aria-label={t("json")} className="xl:sticky xl:top-16">
                <CodeBlock tall wrap label={`${clusterName}.config.json`} text={text} copyLabels={copy.one} />
              </section>
            </div>
          </>
        )}
        {history}
      </div>
    </>
  );
}
