// Benchmarks are run by hand: dotnet run -c Release --project tests/Benchmarks -- NAME
Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Benchmarks -- NAME");
return 2;
