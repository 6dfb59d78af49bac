using System.Net.Http.Headers;
using System.Text.Json;
using LeafSeg.EndToEnd;

namespace LeafSeg.ModelTraining.Tests.Labelling.Page;

/// <summary>leafseg-train label as it is run, with a client for what its page asks.</summary>
internal sealed class LabelProgram : IDisposable
{
    private readonly HttpClient http = new();

    private LabelProgram(ChildProcess process)
    {
        Process = process;
    }

    public ChildProcess Process { get; }

    public Uri Address { get; private set; } = null!;

    public static string Executable { get; } = Path.Combine(AppContext.BaseDirectory, "leafseg-train");

    public static async Task<LabelProgram> StartAsync(string model, string folder, params string[] more)
    {
        return await OfAsync(new ChildProcess(Executable, ["label", "--model", model, folder, "--by", "Åsa", .. more]));
    }

    /// <summary>A program that serves the page, or will.</summary>
    public static async Task<LabelProgram> OfAsync(ChildProcess process)
    {
        LabelProgram program = new(process);
        await program.Process.UntilAsync("the page is served", () => program.Process.HasExited || program.Process.Output.Any(line => line.Contains("http://", StringComparison.Ordinal)));
        string line = program.Process.Output.FirstOrDefault(line => line.Contains("http://", StringComparison.Ordinal))
            ?? throw new InvalidOperationException(program.Process.Errors);
        program.Address = new Uri(line.Split(' ').Single(word => word.StartsWith("http://", StringComparison.Ordinal)));
        return program;
    }

    public async Task<JsonElement> StateAsync() => JsonDocument.Parse(await http.GetStringAsync(new Uri(Address, "state"), TestContext.Current.CancellationToken)).RootElement;

    public async Task<JsonElement> LabelsAsync(int picture) => await JsonAsync(await SendAsync(HttpMethod.Get, $"labels/{picture}"));

    public async Task<JsonElement> PostAsync(string path, string version, object? body = null) => await JsonAsync(await SendAsync(HttpMethod.Post, path, version, body));

    /// <summary>Anything, also what the page would not send.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? version = null, object? body = null, Action<HttpRequestMessage>? change = null)
    {
        using HttpRequestMessage request = new(method, new Uri(Address, path));
        if (method == HttpMethod.Post)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body ?? new { }), MediaTypeHeaderValue.Parse("application/json"));
        }

        if (version is not null)
        {
            request.Headers.IfMatch.Add(new EntityTagHeaderValue($"\"{version}\""));
        }

        change?.Invoke(request);
        return await http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public void Dispose()
    {
        http.Dispose();
        Process.Dispose();
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage response)
    {
        using (response)
        {
            string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
            Assert.True(response.IsSuccessStatusCode, text);
            return JsonDocument.Parse(text).RootElement;
        }
    }
}
