// The vendor's types that the stand-in checks requests and replies against; regenerate.sh makes JSON
// Schema of them. A request type joins path, query and body, as the vendor's own client takes them.
// A reply is the full object where the vendor allows a partial one: the stand-in always gives it whole.
// Blocks are left out but for the two that stand for pages and databases: a page has no content here.
import type * as api from "@notionhq/client/build/src/api-endpoints";
import type { APIErrorCode } from "@notionhq/client/build/src/errors";

export type ErrorCode = `${APIErrorCode}`;

type List<Item> = Omit<api.QueryDataSourceResponse, "results"> & { results: Item[] };
type NoBlocks = { children?: [] };
type Children = api.ChildPageBlockObjectResponse | api.ChildDatabaseBlockObjectResponse;

export type GetSelfReply = api.GetSelfResponse;
export type SearchRequest = api.SearchParameters;
export type SearchReply = List<api.PageObjectResponse | api.DataSourceObjectResponse>;

export type CreateDatabaseRequest = api.CreateDatabaseParameters;
export type GetDatabaseRequest = api.GetDatabaseParameters;
export type UpdateDatabaseRequest = api.UpdateDatabaseParameters;
export type DatabaseReply = api.DatabaseObjectResponse;

export type CreateDataSourceRequest = api.CreateDataSourceParameters;
export type GetDataSourceRequest = api.GetDataSourceParameters;
export type UpdateDataSourceRequest = api.UpdateDataSourceParameters;
export type DataSourceReply = api.DataSourceObjectResponse;
export type QueryDataSourceRequest = api.QueryDataSourceParameters;
export type QueryDataSourceReply = List<api.PageObjectResponse>;

export type CreatePageRequest = Omit<api.CreatePageParameters, "children" | "content"> & NoBlocks;
export type GetPageRequest = api.GetPageParameters;
export type UpdatePageRequest = api.UpdatePageParameters;
export type PageReply = api.PageObjectResponse;
export type GetPagePropertyRequest = api.GetPagePropertyParameters;
export type GetPagePropertyReply = api.GetPagePropertyResponse;

export type ListBlockChildrenRequest = api.ListBlockChildrenParameters;
export type ListBlockChildrenReply = Omit<api.ListBlockChildrenResponse, "results"> & {
  results: Children[];
};
export type DeleteBlockRequest = api.DeleteBlockParameters;
export type BlockReply = Children;

export type CreateFileUploadRequest = api.CreateFileUploadParameters;
export type GetFileUploadRequest = api.GetFileUploadParameters;
export type FileUploadReply = api.FileUploadObjectResponse;
