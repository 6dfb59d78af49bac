using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;
using Microsoft.AspNetCore.Http;

namespace LeafSeg.EdgeAgent.Web;

/// <summary>
/// Who may see the status page: whoever has the token, as <c>Authorization: Bearer</c> or, for a browser, typed into a form once and then as a
/// cookie. The cookie holds no token: its end in Unix seconds and a MAC of it, so that a new token ends all of them.
/// </summary>
internal sealed class StatusAccess
{
    public const string LoginPath = "/login";

    private const string CookieName = "leafseg";
    private const int ShortestToken = 16;
    private const string Form = """
        <!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>LeafSeg</title>
        <style>body{font:16px system-ui,sans-serif;max-width:22em;margin:15vh auto;padding:0 1em}input,button{font:inherit;padding:.5em;width:100%;box-sizing:border-box;margin:.4em 0}</style></head>
        <body><form method="post" action="/login"><label>Token of this rig<input name="token" type="password" autocomplete="current-password" required autofocus></label><button>Show the rig</button></form><p>MESSAGE</p></body></html>
        """;

    private static readonly TimeSpan CookieLasts = TimeSpan.FromDays(7);
    private readonly byte[] token;
    private readonly byte[] digest;
    private readonly bool isEncrypted;
    private readonly TimeProvider time;
    private readonly WrongTokens wrong;

    private StatusAccess(string token, bool isEncrypted, TimeProvider time)
    {
        this.token = Encoding.UTF8.GetBytes(token);
        digest = SHA256.HashData(this.token);
        (this.isEncrypted, this.time, wrong) = (isEncrypted, time, new WrongTokens(time));
    }

    /// <returns>Null: everybody may.</returns>
    /// <exception cref="AgentException">The token cannot be read, or is too short to be safe.</exception>
    public static StatusAccess? Of(StatusPageOptions options, TimeProvider time)
    {
        if (options.TokenFile is not { } file)
        {
            return null;
        }

        string token = SecretFile.Read("statusPage.tokenFile", file);
        return token.Length >= ShortestToken ? new StatusAccess(token, options.Tls.CertificateFile is not null, time) : throw new AgentException(ExitCode.Setting, string.Create(
            CultureInfo.InvariantCulture, $"statusPage.tokenFile: found a token of {token.Length} characters in \"{file}\"; expected {ShortestToken} or more (openssl rand -hex 32)"));
    }

    /// <summary>Lets a request on that may see the page; answers the others.</summary>
    public async Task CheckAsync(HttpContext context, Func<Task> next)
    {
        if (context.Request.Path == LoginPath && HttpMethods.IsPost(context.Request.Method))
        {
            await LogInAsync(context);
            return;
        }

        if (HasCookie(context.Request))
        {
            await next();
            return;
        }

        if (BearerOf(context.Request) is not { } given)
        {
            await RefuseAsync(context, StatusCodes.Status401Unauthorized, "");
            return;
        }

        if (await TryAsync(context, given))
        {
            await next();
        }
    }

    /// <summary>Without looking at a token that is not a cookie: for what is open to all and says more to some.</summary>
    public bool HasCookie(HttpRequest request)
    {
        if (request.Cookies[CookieName] is not { } cookie || cookie.Split('.') is not [var end, var mac]
            || !long.TryParse(end, NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) || seconds < time.GetUtcNow().ToUnixTimeSeconds())
        {
            return false;
        }

        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(mac), Encoding.ASCII.GetBytes(MacOf(end)));
    }

    private async Task LogInAsync(HttpContext context)
    {
        string given = context.Request.HasFormContentType ? (await context.Request.ReadFormAsync(context.RequestAborted))["token"].ToString() : "";
        if (!await TryAsync(context, given))
        {
            return;
        }

        string end = time.GetUtcNow().Add(CookieLasts).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        context.Response.Cookies.Append(CookieName, $"{end}.{MacOf(end)}", new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Strict,
            Secure = isEncrypted,
            MaxAge = CookieLasts,
            Path = "/",
        });

        // 303: the browser requests the page, and not the form again.
        context.Response.StatusCode = StatusCodes.Status303SeeOther;
        context.Response.Headers.Location = "/";
    }

    /// <returns>False: it was wrong or came too soon, and that has been answered.</returns>
    private async Task<bool> TryAsync(HttpContext context, string given)
    {
        (bool isRight, TimeSpan wait) = wrong.Try(
            context.Connection.RemoteIpAddress, () => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(given)), digest));
        if (isRight)
        {
            return true;
        }

        if (wait > TimeSpan.Zero)
        {
            string seconds = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
            context.Response.Headers.RetryAfter = seconds;
            await RefuseAsync(context, StatusCodes.Status429TooManyRequests, $"A wrong token came from this address. Try again in {seconds} s.");
            return false;
        }

        await RefuseAsync(context, StatusCodes.Status401Unauthorized, "This is not the rig's token.");
        return false;
    }

    private static async Task RefuseAsync(HttpContext context, int status, string message)
    {
        context.Response.StatusCode = status;
        context.Response.Headers.CacheControl = "no-store";
        if (status == StatusCodes.Status401Unauthorized)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
        }

        bool isBrowser = context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.Ordinal);
        context.Response.ContentType = isBrowser ? "text/html; charset=utf-8" : "text/plain; charset=utf-8";
        await context.Response.WriteAsync(
            isBrowser ? Form.Replace("MESSAGE", message, StringComparison.Ordinal) : (message.Length > 0 ? message : "expected Authorization: Bearer TOKEN") + "\n",
            context.RequestAborted);
    }

    private static string? BearerOf(HttpRequest request) =>
        AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out AuthenticationHeaderValue? header)
        && header.Scheme.Equals("Bearer", StringComparison.OrdinalIgnoreCase) ? header.Parameter ?? "" : null;

    private string MacOf(string end) => Convert.ToHexStringLower(HMACSHA256.HashData(token, Encoding.ASCII.GetBytes($"status page {end}")));
}
