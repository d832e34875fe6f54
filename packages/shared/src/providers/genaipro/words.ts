/** As Google words it for a model that is gone, whose words the service passes on. */
const RETIRED_MODEL =
  /\bmodels?\b.*\b(no longer (available|supported|offered)|retired|deprecated|discontinued)\b/i;
const INVALID_PARAMETER = /\bINVALID_ARGUMENT\b|\binvalid (argument|parameter)\b/i;

/** Whether words of the service say that it no longer has the model. */
export function namesRetiredModel(words: string): boolean {
  return RETIRED_MODEL.test(words);
}

/** Whether words that a task failed with say that the request itself was wrong. */
export function namesInvalidParameter(words: string): boolean {
  return INVALID_PARAMETER.test(words);
}
