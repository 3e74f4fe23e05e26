// Apollo Client: queries by POST, subscriptions over graphql-ws, the normalised cache.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client/core';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { createClient } from 'graphql-ws';
import { OperationTypeNode } from 'graphql';
import WebSocket from 'ws';
import { CHANGED, expect, halton, http, reviseUntil, signIn, ws } from '../demo.mjs';

const token = await signIn('halton.performance-officer');
const tenant = await halton(token);
const posted = new HttpLink({ uri: http, headers: { authorization: `Bearer ${token}` } });
const followed = new GraphQLWsLink(createClient({ url: ws, webSocketImpl: WebSocket, connectionParams: { accessToken: token } }));
const link = ApolloLink.split(({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION, followed, posted);
const client = new ApolloClient({ link, cache: new InMemoryCache() });

const query = gql`{ tenant(by: { slug: "halton" }) { id name agreement { id indicators(first: 5) { nodes { id code status { colour reason } } } } } }`;
const { data } = await client.query({ query });
expect(data.tenant.agreement.indicators.nodes.length === 5, JSON.stringify(data));
const cached = await client.query({ query, fetchPolicy: 'cache-only' });
expect(cached.data.tenant.name === data.tenant.name, 'the cache knows it by its identifiers');

let told;
const subscription = client.subscribe({ query: gql(CHANGED), variables: { tenant } }).subscribe({ next: (event) => (told = event) });
await reviseUntil(token, () => told);
expect(told.data.indicatorStatusChanged.agreementIndicator.code === 'NI 20', JSON.stringify(told));
subscription.unsubscribe();
console.log('query, cache and subscription');
process.exit(0);
