import type { ErrorEntry } from './entry.ts';

/** What is refused of images, keys and generations before or after anything is made. */
export const makingErrors = {
  image_type: {
    status: 415,
    title: 'This is not a JPEG, PNG or WebP image.',
    advice: 'Convert the image and upload it again.',
    retry: 'after_change',
  },
  image_too_large: {
    status: 413,
    title: 'The image is too large.',
    advice: 'Make it smaller and upload it again.',
    retry: 'after_change',
  },
  image_unreadable: {
    status: 400,
    title: 'The image cannot be read.',
    advice: 'Open it in an image program, save it anew, and upload that.',
    retry: 'after_change',
  },
  upload_incomplete: {
    status: 400,
    title: 'The upload broke off.',
    advice: 'Send the file again, as multipart/form-data in one field named "file".',
    retry: 'manual',
  },
  too_busy: {
    status: 503,
    title: 'Too much is being done at once.',
    advice: 'Try again in a moment.',
    retry: 'manual',
  },
  key_not_usable: {
    status: 409,
    title: 'This key cannot be used.',
    advice: 'Choose another key, or add this one again.',
    retry: 'after_change',
  },
  key_secret_malformed: {
    status: 400,
    title: 'This does not look like a key of that provider.',
    advice: 'Copy the whole key from the provider’s page.',
    retry: 'after_change',
  },
  already_submitted: {
    status: 409,
    title: 'The provider is already making it and cannot cancel.',
    advice: 'It is being paid for and will arrive.',
    retry: 'never',
  },
  wrong_state: {
    status: 409,
    title: 'This cannot be done in its present state.',
    advice: 'Look at its status and try what it allows.',
    retry: 'after_change',
  },
  output_gone: {
    status: 410,
    title: 'This file is no longer stored.',
    advice: 'Its time of keeping is over, or it was deleted. Generate it again.',
    retry: 'never',
  },
  files_gone: {
    status: 409,
    title: 'The files of this generation are no longer stored.',
    advice: 'They cannot be kept any more. Generate it again.',
    retry: 'never',
  },
  no_files: {
    status: 409,
    title: 'This generation has no files to keep.',
    advice: 'Nothing came of it. Generate it again.',
    retry: 'never',
  },
  storage_quota_exceeded: {
    status: 409,
    title: 'Your share of the storage is used up.',
    advice: 'Delete what you do not need any more, or unpin it, so that it expires.',
    retry: 'after_change',
  },
  range_not_satisfiable: {
    status: 416,
    title: 'That part of the file does not exist.',
    advice: 'Ask for a range within its size.',
    retry: 'after_change',
  },
} as const satisfies Record<string, ErrorEntry>;
