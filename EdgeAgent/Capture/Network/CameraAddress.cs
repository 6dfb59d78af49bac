using System.Net;
using LeafSeg.EdgeAgent.Faults;
using LeafSeg.EdgeAgent.Machine;

namespace LeafSeg.EdgeAgent.Capture.Network;

/// <summary>A network camera's address, with user and password apart from it.</summary>
/// <param name="Plain">Without user and password.</param>
/// <param name="Login">Null: the camera requires none.</param>
internal sealed record CameraAddress(Uri Plain, NetworkCredential? Login)
{
    /// <exception cref="AgentException">The file of the password cannot be read.</exception>
    public static CameraAddress Of(CameraNetworkOptions options, string setting)
    {
        CameraNetworkOptions.IsAddress(options.Url, out Uri? address);
        UriBuilder plain = new(address!) { UserName = "", Password = "" };
        string[] inside = address!.UserInfo.Split(':', 2);
        NetworkCredential? login = options.User is { } user
            ? new NetworkCredential(user, options.PasswordFile is { } file ? SecretFile.Read($"{setting}.passwordFile", file) : options.Password ?? "")
            : inside[0].Length > 0
                ? new NetworkCredential(Uri.UnescapeDataString(inside[0]), inside.Length > 1 ? Uri.UnescapeDataString(inside[1]) : "")
                : null;
        return new CameraAddress(plain.Uri, login);
    }

    /// <summary>As a program that knows no other way takes it.</summary>
    public string Whole => Login is null
        ? Plain.AbsoluteUri
        : new UriBuilder(Plain) { UserName = Uri.EscapeDataString(Login.UserName), Password = Uri.EscapeDataString(Login.Password) }.Uri.AbsoluteUri;

    /// <summary>Another's words without password and query, which may hold one.</summary>
    public string Hide(string text)
    {
        text = text.Replace(Whole, ToString(), StringComparison.Ordinal).Replace(Plain.AbsoluteUri, ToString(), StringComparison.Ordinal);
        if (Plain.Query.Length > 1)
        {
            text = text.Replace(Plain.Query, "", StringComparison.Ordinal);
        }

        return Login is { Password.Length: > 0 }
            ? text.Replace(Login.Password, "...", StringComparison.Ordinal).Replace(Uri.EscapeDataString(Login.Password), "...", StringComparison.Ordinal)
            : text;
    }

    /// <summary>As it may be logged.</summary>
    public override string ToString() => Plain.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
}
