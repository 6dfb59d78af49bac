using LeafSeg.Benchmarks;

// Run by hand: dotnet run -c Release --project tests/Benchmarks -- NAME
switch (args)
{
    case ["training-step", ..]:
        TrainingStep.Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Benchmarks -- training-step [backbone] [input size]");
        return 2;
}
