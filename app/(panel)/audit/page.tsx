import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { Texts } from "@/app/texts";
import { AuditList } from "@/components/settings/audit-list";
import { PageHeader } from "@/components/shell/page-header";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("settings.audit"))("title") };
}

export default async function AuditPage() {
  const t = await getTranslations("settings.audit");
  return (
    <Texts areas={["settings"]}>
      <PageHeader title={t("title")} note={t("note")} />
      <AuditList />
    </Texts>
  );
}
