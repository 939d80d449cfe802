import type { Metadata } from "next";
import { getTranslations } from "next-intl/server";
import { LoginForm } from "@/components/auth/login-form";
import { redirectFromEntrance } from "@/server/auth/page";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("auth.login"))("title") };
}

export default async function LoginPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  await redirectFromEntrance("login");
  const t = await getTranslations("auth.login");
  const { returnTo } = await searchParams;
  return (
    <section className="flex flex-col gap-4 rounded-lg border border-line bg-panel p-6">
      <h1 className="text-lg font-semibold">{t("title")}</h1>
      <LoginForm returnTo={typeof returnTo === "string" ? returnTo : undefined} />
    </section>
  );
}
