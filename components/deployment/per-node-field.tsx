"use client";

import { useTranslations } from "next-intl";
import { TextField } from "@/components/deployment/draft-fields";
import { useDraft } from "@/components/deployment/draft-provider";
import { useFieldProblem } from "@/components/deployment/problem-text";
import { Button } from "@/components/ui/button";
import { Field } from "@/components/ui/field";
import { Input } from "@/components/ui/input";
import { parsePerNode } from "@/contract/ha-config";

/** One value for all nodes, or one per node: "a@ceph-1, b@ceph-2" in the file, a row of fields here. */
export function PerNodeField({
  path,
  label,
  value,
  onValue,
}: {
  path: string;
  label: string;
  value: string;
  onValue: (value: string) => void;
}) {
  const t = useTranslations("deployment.config");
  const { draft } = useDraft();
  const problem = useFieldProblem(path);
  const names = draft.nodes.flatMap(({ facts }) => (facts === null ? [] : [facts.hostName]));
  const parsed = parsePerNode(value);
  const write = (byNode: Readonly<Record<string, string>>) =>
    onValue(names.map((name) => `${byNode[name] ?? ""}@${name}`).join(", "));
  // A list being typed has empty values, which the parser refuses: the raw parts are what the fields show.
  const raw = value.includes("@") ? rawParts(value) : null;
  if (raw === null)
    return (
      <div className="flex items-start gap-2">
        <TextField className="max-w-md flex-1" path={path} label={label} value={value} onValue={onValue} />
        {names.length > 0 && (
          <Button
            className="mt-6"
            variant="quiet"
            aria-label={t("perNodeNamed", { field: label })}
            onClick={() => write(Object.fromEntries(names.map((name) => [name, value])))}
          >
            {t("perNode")}
          </Button>
        )}
      </div>
    );
  return (
    <fieldset>
      <legend className="float-left flex w-full items-center gap-3 pb-1 font-medium">
        {label}
        <Button
          size="sm"
          variant="quiet"
          aria-label={t("oneForAllNamed", { field: label })}
          onClick={() =>
            onValue(
              parsed?.kind === "per-node" ? (Object.values(parsed.byNode)[0] ?? "") : (Object.values(raw)[0] ?? ""),
            )
          }
        >
          {t("oneForAll")}
        </Button>
      </legend>
      <div className="grid w-full items-start gap-3 sm:grid-cols-3">
        {names.map((name) => (
          <Field key={name} label={`${label} ${name}`}>
            {(control) => (
              <Input
                {...control}
                mono
                spellCheck={false}
                value={raw[name] ?? ""}
                aria-invalid={problem.error === undefined ? undefined : true}
                onChange={(event) => write({ ...raw, [name]: event.target.value.trim() })}
              />
            )}
          </Field>
        ))}
      </div>
      <div aria-live="polite">
        {problem.error && <p className="pt-1 text-xs text-failed">{problem.error}</p>}
        {problem.advice && <p className="pt-1 text-xs text-needs">{problem.advice}</p>}
      </div>
    </fieldset>
  );
}

function rawParts(value: string): Record<string, string> {
  return Object.fromEntries(
    value.split(",").flatMap((part) => {
      const at = part.lastIndexOf("@");
      return at < 0 ? [] : [[part.slice(at + 1).trim(), part.slice(0, at).trim()]];
    }),
  );
}
