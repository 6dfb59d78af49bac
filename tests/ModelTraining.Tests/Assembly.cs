using Xunit.Sdk;

// One test at a time: each uses all cores through OpenMP, and initial weights come from one random generator.
[assembly: Xunit.v3.Parallelization(Mode = ParallelMode.None)]
