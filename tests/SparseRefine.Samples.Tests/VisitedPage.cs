using Microsoft.Playwright;
using SparseRefine.Images;
using SparseRefine.Testing;

namespace SparseRefine.Samples.Tests;

/// <summary>The page of samples/Browser in Chromium, its model open, and what it complained about.</summary>
internal sealed class VisitedPage : IAsyncDisposable
{
    private const float Patience = 120_000; // milliseconds; build machines have few processors
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private VisitedPage(IPlaywright playwright, IBrowser browser, IPage page)
    {
        (_playwright, _browser, Page) = (playwright, browser, page);
        page.SetDefaultTimeout(Patience);
    }

    public IPage Page { get; }

    public List<string> Errors { get; } = [];

    public static async Task<VisitedPage> Open(Uri server, params string[] flags)
    {
        IPlaywright playwright = await Playwright.CreateAsync();
        IBrowser browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = BrowserFactAttribute.Browser,
            Args = ["--no-sandbox", .. flags], // build machines run as root, and the page is our own
        });
        VisitedPage visited = new(playwright, browser, await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } }));
        IPage page = visited.Page;
        page.Console += (_, message) => visited.Errors.AddRange(message.Type == "error" ? [message.Text] : []);
        page.PageError += (_, error) => visited.Errors.Add(error);
        page.Request += (_, request) => visited.Errors.AddRange(
            request.Url.StartsWith(server.AbsoluteUri, StringComparison.Ordinal) || request.Url.StartsWith("blob:", StringComparison.Ordinal) || request.Url.StartsWith("data:", StringComparison.Ordinal)
                ? [] : [request.Url]);
        await page.GotoAsync(new Uri(server, "browser").AbsoluteUri);
        await visited.Ready();
        return visited;
    }

    /// <summary>Waits until photos are taken.</summary>
    public Task Ready() => Page.Locator("#file:not([disabled])").WaitForAsync();

    /// <summary>Waits for an answer or for a message.</summary>
    /// <returns>The message; empty where there is an answer.</returns>
    public async Task<string> Answered()
    {
        await Page.Locator("#answer:not([hidden]), #problem:not(:empty)").First.WaitForAsync();
        return (await Page.Locator("#problem").TextContentAsync())!;
    }

    /// <summary>Saves the labels by the page's link.</summary>
    /// <returns>The file's name and the labels.</returns>
    public async Task<(string Name, LabelMap Labels)> Save()
    {
        IDownload download = await Page.RunAndWaitForDownloadAsync(() => Page.Locator("#save").ClickAsync());
        return (download.SuggestedFilename, IndexPng.Read((await download.PathAsync())!));
    }

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
