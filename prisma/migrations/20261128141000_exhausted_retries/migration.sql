-- What was given up after too many tries carried the code of the last one, which promises that it is sent by itself.
UPDATE "generations" SET "error_code" = 'retries_exhausted'
WHERE "state" = 'failed'
  AND "error_code" IN ('internal', 'provider_unreachable', 'provider_rate_limited', 'provider_daily_limit');

-- What waits because it could not be made ready for its provider.
UPDATE "generations" SET "error_code" = 'not_prepared' WHERE "state" = 'queued' AND "error_code" = 'internal';
