/** A link of the README to this repository: the path in it. */
export const README_LINKS = /^https:\/\/(?:github\.com\/cdk-cleanrooms\/cdk-cleanrooms\/(?:blob|tree)|raw\.githubusercontent\.com\/cdk-cleanrooms\/cdk-cleanrooms)\/main\/([^#]+)/;
