"use strict";(self.rspackChunknotebook_to_app=self.rspackChunknotebook_to_app||[]).push([[266],{646(e,t,r){var o=r(601),n=r.n(o),a=r(314),i=(r.n(a))()(n());i.push([e.id,`.nta-State::before {
  content: '';
  display: inline-block;
  width: 8px;
  height: 8px;
  margin-right: 6px;
  border-radius: 50%;
  background: var(--jp-inverse-layout-color4);
}

.nta-mod-live::before {
  background: var(--jp-success-color1);
}

.nta-mod-loading::before {
  background: var(--jp-warn-color1);
}

.nta-mod-broken::before {
  background: var(--jp-error-color1);
}

.nta-StatusItem .nta-mod-broken {
  padding: 0 8px;
  background: var(--jp-error-color1);
  color: white;
}

.nta-StatusItem .nta-mod-broken::before {
  background: white;
}

.nta-Details {
  max-width: 80vw;
  max-height: 60vh;
  overflow: auto;
  padding: 12px;
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
  font-size: var(--jp-ui-font-size1);
  user-select: text;
}

.nta-Details h3 {
  margin: 0 0 8px;
  font-size: var(--jp-ui-font-size1);
}

.nta-Details pre {
  margin: 0 0 8px;
  font-family: var(--jp-code-font-family);
  font-size: var(--jp-code-font-size);
  white-space: pre-wrap;
}

.nta-Details td {
  padding: 2px 16px 2px 0;
}

.nta-Details a {
  color: var(--jp-content-link-color);
}

.nta-Details button {
  margin-left: 12px;
}

.nta-Log {
  overflow: auto;
  padding: 8px;
  background: var(--jp-layout-color0);
}

.nta-Log pre {
  margin: 0;
  white-space: pre-wrap;
  overflow-wrap: anywhere;
}

.nta-StatusItem:has(.nta-mod-broken) {
  background: var(--jp-error-color1);
}

.nta-Path {
  flex: 1 1 auto;
}

.nta-Path input {
  width: 100%;
  box-sizing: border-box;
  border: 1px solid var(--jp-border-color1);
  background: var(--jp-layout-color1);
  color: var(--jp-ui-font-color1);
}
`,""]),r.d(t,{},{A:i})},314(e){e.exports=function(e){var t=[];return t.toString=function(){return this.map(function(t){var r="",o=void 0!==t[5];return t[4]&&(r+="@supports (".concat(t[4],") {")),t[2]&&(r+="@media ".concat(t[2]," {")),o&&(r+="@layer".concat(t[5].length>0?" ".concat(t[5]):""," {")),r+=e(t),o&&(r+="}"),t[2]&&(r+="}"),t[4]&&(r+="}"),r}).join("")},t.i=function(e,r,o,n,a){"string"==typeof e&&(e=[[null,e,void 0]]);var i={};if(o)for(var c=0;c<this.length;c++){var s=this[c][0];null!=s&&(i[s]=!0)}for(var p=0;p<e.length;p++){var u=[].concat(e[p]);o&&i[u[0]]||(void 0!==a&&(void 0===u[5]||(u[1]="@layer".concat(u[5].length>0?" ".concat(u[5]):""," {").concat(u[1],"}")),u[5]=a),r&&(u[2]&&(u[1]="@media ".concat(u[2]," {").concat(u[1],"}")),u[2]=r),n&&(u[4]?(u[1]="@supports (".concat(u[4],") {").concat(u[1],"}"),u[4]=n):u[4]="".concat(n)),t.push(u))}},t}},601(e){e.exports=function(e){return e[1]}},665(e,t,r){r.r(t);var o=r(72),n=r.n(o),a=r(825),i=r.n(a),c=r(659),s=r.n(c),p=r(56),u=r.n(p),l=r(540),d=r.n(l),f=r(113),v=r.n(f),h=r(646),m={};m.styleTagTransform=v(),m.setAttributes=u(),m.insert=s().bind(null,"head"),m.domAPI=i(),m.insertStyleElement=d(),n()(h.A,m);let b=h.A&&h.A.locals?h.A.locals:void 0;r.d(t,{},{default:b})},72(e){var t=[];function r(e){for(var r=-1,o=0;o<t.length;o++)if(t[o].identifier===e){r=o;break}return r}function o(e,o){for(var n={},a=[],i=0;i<e.length;i++){var c=e[i],s=o.base?c[0]+o.base:c[0],p=n[s]||0,u="".concat(s," ").concat(p);n[s]=p+1;var l=r(u),d={css:c[1],media:c[2],sourceMap:c[3],supports:c[4],layer:c[5]};if(-1!==l)t[l].references++,t[l].updater(d);else{var f=function(e,t){var r=t.domAPI(t);return r.update(e),function(t){t?(t.css!==e.css||t.media!==e.media||t.sourceMap!==e.sourceMap||t.supports!==e.supports||t.layer!==e.layer)&&r.update(e=t):r.remove()}}(d,o);o.byIndex=i,t.splice(i,0,{identifier:u,updater:f,references:1})}a.push(u)}return a}e.exports=function(e,n){var a=o(e=e||[],n=n||{});return function(e){e=e||[];for(var i=0;i<a.length;i++){var c=r(a[i]);t[c].references--}for(var s=o(e,n),p=0;p<a.length;p++){var u=r(a[p]);0===t[u].references&&(t[u].updater(),t.splice(u,1))}a=s}}},659(e){var t={};e.exports=function(e,r){var o=function(e){if(void 0===t[e]){var r=document.querySelector(e);if(window.HTMLIFrameElement&&r instanceof window.HTMLIFrameElement)try{r=r.contentDocument.head}catch(e){r=null}t[e]=r}return t[e]}(e);if(!o)throw Error("Couldn't find a style target. This probably means that the value for the 'insert' parameter is invalid.");o.appendChild(r)}},540(e){e.exports=function(e){var t=document.createElement("style");return e.setAttributes(t,e.attributes),e.insert(t,e.options),t}},56(e,t,r){e.exports=function(e){var t=r.nc;t&&e.setAttribute("nonce",t)}},825(e){e.exports=function(e){if("u"<typeof document)return{update:function(){},remove:function(){}};var t=e.insertStyleElement(e);return{update:function(r){var o,n,a;o="",r.supports&&(o+="@supports (".concat(r.supports,") {")),r.media&&(o+="@media ".concat(r.media," {")),(n=void 0!==r.layer)&&(o+="@layer".concat(r.layer.length>0?" ".concat(r.layer):""," {")),o+=r.css,n&&(o+="}"),r.media&&(o+="}"),r.supports&&(o+="}"),(a=r.sourceMap)&&"u">typeof btoa&&(o+="\n/*# sourceMappingURL=data:application/json;base64,".concat(btoa(unescape(encodeURIComponent(JSON.stringify(a))))," */")),e.styleTagTransform(o,t,e.options)},remove:function(){var e;null===(e=t).parentNode||e.parentNode.removeChild(e)}}}},113(e){e.exports=function(e,t){if(t.styleSheet)t.styleSheet.cssText=e;else{for(;t.firstChild;)t.removeChild(t.firstChild);t.appendChild(document.createTextNode(e))}}}}]);