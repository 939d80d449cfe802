import { useTranslations } from "next-intl";
import { Mark } from "@/components/shell/mark";
import { Panel } from "@/components/ui/panel";

export function AboutCard({ version }: { version: string }) {
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
    </Panel>
  );
}
