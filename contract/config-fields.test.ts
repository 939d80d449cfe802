import { expect, test } from "vitest";
import { configFields, configFieldsText } from "@/contract/config-fields";
import { haConfigSchema, haNetworkSchema } from "@/contract/ha-config";

test("every field of the file is explained once, and nothing that is not in it", () => {
  const inFile = [...Object.keys(haConfigSchema.shape), ...Object.keys(haNetworkSchema.shape)].filter(
    (name) => name !== "Network",
  );
  expect(configFields.map(({ name }) => name).toSorted()).toEqual(inFile.toSorted());
});

test("every field but the plain switches says what breaks", () => {
  const silent = configFields.filter(({ less, more, wrong, fixed }) => !(less ?? more ?? wrong ?? fixed));
  expect(silent.map(({ name }) => name)).toEqual(["IsMgmt"]);
});

test("a terminal shows all of it", () => {
  const text = configFieldsText();
  for (const { name } of configFields) expect(text).toContain(`  ${name}`);
  expect(text).toContain("MemorySizeInGB (GB), usually 8");
});
