/** What is shown where the operator wrote no terms: plain, short, and true of every installation. */
export const defaultTerms = `
Terms of service

1. What this is. This service passes your requests on to video providers, with API keys that you bring yourself or that its operator lends you. The operator of this service is not the provider, and the provider's own terms apply to everything you generate.

2. Your account. It is yours alone. Keep your ways of signing in and your access tokens to yourself, and end the sessions that you do not recognise. What is done with your account counts as done by you.

3. Your keys. Store only keys that you may use. A stored key is encrypted and is opened only to do the work that you ask for. What a provider bills for that work is billed to the key's owner. You can delete a key at any time.

4. What you may not do. Do not generate what is unlawful, what sexualises children, what deceives people about who said or did something, or what harasses anybody. Do not use pictures of others without the right to do so. Do not try to get around limits, budgets or filters, to get at what belongs to others, or to overload the service.

5. Your content. Prompts, images and videos stay yours. They are stored in order to do what you ask for, are shown to the members of the project that they belong to, and are deleted when their time of keeping is over or when you delete them.

6. What is recorded. For security the service records who did what and when, with the network address it came from. You can have what is stored about you, and can delete your account, under "Account".

7. Limits and suspension. The operator may limit how much you use the service, may suspend an account that breaks these terms or endangers others, and may pause or close the service.

8. No promise. The service is offered as it is. Providers may refuse, fail, or filter what you ask for, and may bill for it all the same. Keep copies of what matters to you.

9. Changes. When these terms change, you are asked again before you begin anything new.
`.trim();
