namespace LeafSeg.ModelTraining.Tests.Commands;

/// <summary>What a command says on the console, standard output and standard error together.</summary>
internal static class ConsoleOutput
{
    public static async Task<string> By(Func<Task> command)
    {
        (TextWriter output, TextWriter errors) = (Console.Out, Console.Error);
        using StringWriter said = new();
        TextWriter both = TextWriter.Synchronized(said);
        Console.SetOut(both);
        Console.SetError(both);
        try
        {
            await command();
        }
        finally
        {
            Console.SetOut(output);
            Console.SetError(errors);
        }

        return said.ToString();
    }
}
