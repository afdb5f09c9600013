const COMPONENT = /"#\/components\/schemas\/([^"]+)"/g;

interface Document {
  paths?: object;
  components?: { schemas?: Record<string, unknown> };
}

/**
 * The document without component schemas that nothing refers to: the generator writes each one in an input and an
 * output form, and a reader of the documentation should not have to wonder about the other one.
 */
export function withoutUnusedSchemas<D extends object>(document: D): D {
  const { paths, components } = document as Document;
  const schemas = components?.schemas;
  if (!schemas) return document;
  const used = new Set<string>();
  const follow = (part: unknown): void => {
    for (const [, name = ''] of JSON.stringify(part ?? null).matchAll(COMPONENT)) {
      if (used.has(name)) continue;
      used.add(name);
      follow(schemas[name]);
    }
  };
  follow(paths);
  const kept = Object.fromEntries(Object.entries(schemas).filter(([name]) => used.has(name)));
  return { ...document, components: { ...components, schemas: kept } };
}
