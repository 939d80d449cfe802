import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { SetupForm } from "@/components/auth/setup-form";
import { redirectFromEntrance } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth.setup"))("title") };
}

export default async function SetupPage() {
  await redirectFromEntrance("setup");
  const t = await getTranslations("auth.setup");
  return (
    <section className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-6">
      <div>
        <h1 className="text-lg font-semibold">{t("title")}</h1>
        <p className="pt-1 text-muted">{t("note")}</p>
      </div>
      <SetupForm />
    </section>
  );
}
