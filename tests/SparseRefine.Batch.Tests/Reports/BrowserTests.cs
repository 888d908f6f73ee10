using Microsoft.Playwright;
using Xunit;

namespace SparseRefine.Batch.Tests.Reports;

/// <summary>The page as a reader has it.</summary>
public sealed class BrowserTests(ScoredFolder folder) : IClassFixture<ScoredFolder>
{
    [BrowserFact]
    public async Task Page_InABrowser_LoadsWithoutAnErrorAndItsDividersMoveByMouseAndKeyboard()
    {
        (string file, _, _) = await folder.Score("browser");
        using IPlaywright playwright = await Playwright.CreateAsync();
        await using IBrowser browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = BrowserFactAttribute.Browser,
            Args = ["--no-sandbox"], // build machines run as root, and the page is our own
        });
        IPage page = await browser.NewPageAsync(new() { ViewportSize = new() { Width = 1280, Height = 900 } });
        List<string> errors = [];
        page.Console += (_, message) => errors.AddRange(message.Type is "error" or "warning" ? [message.Text] : []);
        page.PageError += (_, error) => errors.Add(error);
        page.Request += (_, request) => errors.AddRange(request.Url.StartsWith("data:") || request.Url.StartsWith("file:") ? [] : [request.Url]);
        await page.GotoAsync(new Uri(file).AbsoluteUri);

        Assert.StartsWith("Photos6of 7", await page.Locator("#tiles").TextContentAsync());
        Assert.Equal("Complete, some photos failed", await page.Locator("#state").TextContentAsync());
        Assert.Contains(ScoredFolder.OddClass, await page.Locator("#classes").TextContentAsync());
        Assert.Contains(ScoredFolder.Name(0), await page.Locator("#slowest").TextContentAsync());
        Assert.Contains("damaged.png", await page.Locator("#failures").TextContentAsync());
        Assert.True(await page.Locator("#density svg .bar").CountAsync() > 1);
        Assert.Equal(6, await page.EvaluateAsync<int>("[...document.querySelectorAll('#stages td.track span')].filter(s => s.getBoundingClientRect().width > 0).length"));

        ILocator figure = page.Locator("figure").First;
        ILocator divider = figure.GetByRole(AriaRole.Slider);
        Assert.Equal("50", await divider.InputValueAsync());

        // By keyboard, from the control before it in the order of the Tab key.
        await page.Locator("#after").FocusAsync();
        await page.Keyboard.PressAsync("Tab");
        Assert.True(await divider.EvaluateAsync<bool>("e => e === document.activeElement"));
        Assert.NotEqual("none", await divider.EvaluateAsync<string>("e => getComputedStyle(e).outlineStyle"));
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("ArrowRight");
        Assert.Equal("52", await divider.InputValueAsync());
        Assert.Equal("52%", await Cut(figure));

        // By mouse, on the photo itself.
        LocatorBoundingBoxResult box = (await figure.Locator(".stack").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(box.X + (box.Width / 4), box.Y + (box.Height / 2));
        await page.Mouse.UpAsync();
        Assert.InRange(int.Parse(await divider.InputValueAsync(), System.Globalization.CultureInfo.InvariantCulture), 24, 26);

        // Other layers, in all photos.
        await page.Locator("#before").SelectOptionAsync("Photo");
        Assert.Equal("Photo", await figure.Locator(".tag.left").TextContentAsync());
        Assert.Contains("between Photo and Refined of", await divider.GetAttributeAsync("aria-label"));
        int broken = await page.EvaluateAsync<int>("[...document.images].filter(i => !i.complete || i.naturalWidth === 0).length");
        Assert.Equal(0, broken);
        int wide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        Assert.Equal(0, wide);
        Assert.Empty(errors);

        await page.ScreenshotAsync(new() { Path = Path.Combine(AppContext.BaseDirectory, "report.png"), FullPage = true }); // to look at
    }

    private static Task<string> Cut(ILocator figure) => figure.EvaluateAsync<string>("e => e.style.getPropertyValue('--at')");
}
