import { PaymentConfiguration, PaymentConfigurationOptions } from '../../src';
import { ENV, membershipOf, newMembership, newStack } from '../support/membership-app';

function rendered(options: PaymentConfigurationOptions): unknown {
  const stack = newStack(ENV);
  newMembership(stack, { paymentConfiguration: PaymentConfiguration.of(options) });
  return membershipOf(stack).PaymentConfiguration;
}

const IS_RESPONSIBLE = { IsResponsible: true };
const IS_NOT_RESPONSIBLE = { IsResponsible: false };

test.each<[string, PaymentConfigurationOptions, object]>([
  ['nothing', {}, { QueryCompute: IS_NOT_RESPONSIBLE }],
  ['queries', { queryCompute: true }, { QueryCompute: IS_RESPONSIBLE }],
  ['queries not', { queryCompute: false }, { QueryCompute: IS_NOT_RESPONSIBLE }],
  ['jobs', { jobCompute: true }, { QueryCompute: IS_NOT_RESPONSIBLE, JobCompute: IS_RESPONSIBLE }],
  ['jobs not', { jobCompute: false }, { QueryCompute: IS_NOT_RESPONSIBLE, JobCompute: IS_NOT_RESPONSIBLE }],
  ['training', { modelTraining: true }, { QueryCompute: IS_NOT_RESPONSIBLE, MachineLearning: { ModelTraining: IS_RESPONSIBLE } }],
  ['training not', { modelTraining: false }, { QueryCompute: IS_NOT_RESPONSIBLE, MachineLearning: { ModelTraining: IS_NOT_RESPONSIBLE } }],
  ['inference', { modelInference: true }, { QueryCompute: IS_NOT_RESPONSIBLE, MachineLearning: { ModelInference: IS_RESPONSIBLE } }],
  ['synthetic data', { syntheticDataGeneration: true },
    { QueryCompute: IS_NOT_RESPONSIBLE, MachineLearning: { SyntheticDataGeneration: IS_RESPONSIBLE } }],
  ['everything', { queryCompute: true, jobCompute: true, modelTraining: true, modelInference: false, syntheticDataGeneration: true }, {
    QueryCompute: IS_RESPONSIBLE,
    JobCompute: IS_RESPONSIBLE,
    MachineLearning: { ModelTraining: IS_RESPONSIBLE, ModelInference: IS_NOT_RESPONSIBLE, SyntheticDataGeneration: IS_RESPONSIBLE },
  }],
])('accepts %s, and no more', (_what, options, expected) => {
  expect(rendered(options)).toEqual(expected);
});

test('is left to the service where none is given', () => {
  const stack = newStack(ENV);
  newMembership(stack);
  expect(membershipOf(stack)).not.toHaveProperty('PaymentConfiguration');
});
