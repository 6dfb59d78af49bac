using Xunit.Sdk;
using Xunit.v3;

// Brokers, agents and models share two cores: one at a time, or a slow machine looks like a broken one.
[assembly: Parallelization(Mode = ParallelMode.None)]
